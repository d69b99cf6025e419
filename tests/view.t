#!/bin/sh
# hc-view on a terminal: as wide as it is, in colours where there are any; never elsewhere. A
# terminal is made by util-linux' script.
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
if ! script -qec true /dev/null >/dev/null 2>&1; then
    echo "1..0 # SKIP script (util-linux) is not there"
    exit 0
fi
on_terminal() { # COLUMNS COMMAND: what stands on it
    TERM=${TERM:-xterm} script -qec "stty cols $1; $2" /dev/null </dev/null | tr -d '\r'
}
esc=$(printf '\033')
widest() { sed "s/$esc\\[[0-9;]*m//g" | awk '{ if (length($0) > w) w = length($0) } END { print w + 0 }'; }
cp -R "$root/tests/golden/view-receipt-refused/d" .
hc-ingest --feed=bcda-fhir --out-dir=bad d 2>/dev/null
hc-ingest --feed=bcda-fhir --out-dir=odd --max-rejects=3 d 2>/dev/null
hc-ingest --feed=bcda-fhir --out-dir=good "$root/tests/golden/ingest-fhir-forms/d" 2>/dev/null
export TERM=xterm
fits() { for w in 60 80 120; do [ "$(on_terminal $w 'hc-view bad' | widest)" -le $w ] || return 1; done; }
check "a refused receipt is no wider than the terminal" fits
painted() { on_terminal 80 "hc-view $2" | grep -q "^${esc}\\[1;${1}m"; }
check "refused is red" painted 31 bad
check "accepted with exceptions is yellow" painted 33 odd
check "accepted is green" painted 32 good
plain() { for f in bad odd good bad/rejects.csv; do "$1" "hc-view $f" | grep "$esc" && return 1; done; return 0; }
unwanted() { NO_COLOR=1 on_terminal 80 "$1"; }
dumb() { TERM=dumb on_terminal 80 "$1"; }
piped() { sh -c "$1"; }
check "no colour with NO_COLOR" plain unwanted
check "no colour on a dumb terminal" plain dumb
check "no colour into a pipe" plain piped
first_screen() { # 24 lines answer: accepted?, what, where, what next
    on_terminal 80 'hc-view bad' | head -24 | sed "s/$esc\\[[0-9;]*m//g" >screen
    grep -q '^refused' screen && grep -q 'ExplanationOfBenefit.ndjson  CLM_FROM_DT' screen &&
        grep -q '2 records: 4, 9' screen && grep -q -e '--max-rejects=3' screen
}
check "the first screen tells what is wrong, where, and what next" first_screen
no_values() { ! { hc-view -v bad && hc-view bad/rejects.csv; } | grep -e ZQNAME -e 1EG4TE5MK -e 80.123; }
check "no value of a record is shown" no_values
echo "1..$n"
