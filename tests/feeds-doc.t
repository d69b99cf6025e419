#!/bin/sh
# docs/FEEDS.md, "A new payer, step by step", followed as it stands: yaml blocks become the file that
# their first line names, sh blocks are run in order, a text block is what the one before it prints.
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
export LC_ALL=C TZ=UTC
mkdir "$work/steps" "$work/here"
awk -v to="$work/steps" '
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
run() {
    (cd "$work/here" && sh -e "$1") >"$work/out" 2>"$work/err" </dev/null
    status=$?
    cat "$work/out" "$work/err"
    return $status
}
cd "$work/here" || exit 2
for file in "$work"/steps/*; do
    step=$(basename "$file")
    case $step in
    *.yaml) cp "$file" "$(sed -n '1s/^# //p' "$file")" ;;
    *.sh) check "step $step: $(sed -n '$p' "$file")" run "$file" ;;
    *.text) check "step $step: what it prints" diff "$file" "$work/out" ;;
    esac
done
check 'the steps are there' test $n -ge 6
echo "1..$n"
