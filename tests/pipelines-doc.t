#!/bin/sh
# docs/PIPELINES.md has every key that a step can have, under its tool.
set -eu
cd "$(dirname "$0")/.."
sed -n 's/.*struct hc_step_key \([a-z]*\)_keys.*/tool \1/p
    s/.*{"\([a-z_]*\)", HC_KEY_.*/key \1/p' lib/pipeline/tools.c |
    awk '$1 == "tool" { tool = $2; next } { print tool " " $2 }' >"${TMPDIR:-/tmp}/keys.$$"
trap 'rm -f "${TMPDIR:-/tmp}/keys.$$"' EXIT
count=0
while read -r tool key; do
    count=$((count + 1))
    awk -v tool="## \`$tool\`" -v key="| \`$key\`" '/^## / { here = $0 == tool }
        here && index($0, key) == 1 { found = 1 } END { exit !found }' docs/PIPELINES.md ||
        printf 'not '
    echo "ok $count - $tool: $key"
done <"${TMPDIR:-/tmp}/keys.$$"
[ "$count" -gt 20 ] || printf 'not '
echo "ok $((count + 1)) - keys were found"
echo "1..$((count + 1))"
