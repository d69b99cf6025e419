#!/bin/sh
# docs/FEEDS.md, "A new payer, step by step", followed as it stands: yaml blocks become the file that
# their first line names, sh blocks are run in order, a text block is what the one before it prints.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=${HC_BUILD:-$root/build/release}/bin:$PATH HCTOOLS_PATH=$root LC_ALL=C TZ=UTC
export PATH HCTOOLS_PATH LC_ALL TZ
t=$(mktemp -d) || exit 2
trap 'rm -rf "$t"' EXIT
mkdir "$t/steps" "$t/work"
awk -v to="$t/steps" '
    /^## / { here = $0 == "## A new payer, step by step" }
    !here { next }
    /^```$/ { file = ""; next }
    /^```/ {
        kind = substr($0, 4)
        if (kind != "text") step++
        file = sprintf("%s/%02d.%s", to, step, kind)
        next
    }
    file != "" { print >file }' "$root/docs/FEEDS.md"
count=0 failed=0
ok() { # TEXT COMMAND...
    text=$1
    shift
    count=$((count + 1))
    if "$@" >"$t/said" 2>&1; then
        echo "ok $count - $text"
    else
        echo "not ok $count - $text"
        sed 's/^/# /' "$t/said"
        failed=$((failed + 1))
    fi
}
run() {
    (cd "$t/work" && sh -e "$1") >"$t/out" 2>"$t/err" </dev/null
    status=$?
    cat "$t/out" "$t/err"
    return $status
}
cd "$t/work" || exit 2
for file in "$t"/steps/*; do
    step=$(basename "$file")
    case $step in
    *.yaml) cp "$file" "$(sed -n '1s/^# //p' "$file")" ;;
    *.sh) ok "step $step: $(sed -n '$p' "$file")" run "$file" ;;
    *.text) ok "step $step: what it prints" diff "$file" "$t/out" ;;
    esac
done
ok 'the steps are there' test $count -ge 6
echo "1..$count"
[ $failed = 0 ]
