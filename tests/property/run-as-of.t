#!/bin/sh
# The quarterly report as of a day, over all deliveries, is the report over those made until that
# day; another day costs no ingest; what is replaced or withdrawn meanwhile counts there too.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cd "$t"
export HCTOOLS_PATH="$top"
count=0
check() { # check STATUS SENTENCE: STATUS 0 passes
    count=$((count + 1))
    [ "$1" -eq 0 ] && echo "ok $count - $2" || echo "not ok $count - $2"
}
cat "$top/pipelines/vermont-quarterly.yaml" - >p.yaml <<'YAML'
  lines:
    {tool: export, format: csv, audience: state, in: final, columns: [claim_type, paid, standing], out: "${out}/lines.csv"}
YAML
go() { # go INCOMING WORK OUT OPTION...
    from=$1 work=$2 out=$3
    shift 3
    hc-run p.yaml -v --set from=2020-11 --set incoming="$from" --set ladder=identity-invented --work-dir="$work" --out="$out" \
        "$@" 2>err
}
known() { # known YYYYMM: the deliveries until that month, in a folder of their own
    cp -r incoming "until-$1"
    find "until-$1" -type f | while read -r file; do
        month=$(echo "${file##*/}" | sed -n 's/.*[_-]\(20[0-9]\{4\}\)\..*/\1/p
            s/.*\.D\([0-9]\{4\}\)[0-9]*\..*/20\1/p')
        [ -z "$month" ] || [ "$month" -le "$1" ] || rm "$file"
    done
}
without() { sed -e '1s/,known_on,/,/' -e "s/,$day,/,/" "$1/report.csv"; } # the day it tells
same() { [ "$(without "$1")" = "$(without "$2")" ] && cmp -s "$1/lines.csv" "$2/lines.csv"; }

hc-synth --people=120 --months=5 --seed=5 -o . -q
ok=0; go incoming work all || ok=$?
check $ok "all five months"
for pair in 2020-12-31:202012 2021-02-28:202102; do
    day=${pair%:*} month=${pair#*:}
    ok=0; go incoming work "as-of-$month" --as-of="$day" || ok=$?
    check $ok "as of $day"
    grep -Eq '^hc-run: (medicare|residents|bcbsvt|medicaid|roster)/.*(changed|not run)' err && ok=1
    check $ok "and nothing was read again"
    grep -q "^hc-run: left out, delivered after $day: medicare/" err && ok=0 || ok=1
    check $ok "and what was left out is told"
    known "$month"
    [ "$(find "until-$month" -type f | wc -l)" -lt "$(find incoming -type f | wc -l)" ] &&
        go "until-$month" "work-$month" "known-$month" && ok=0 || ok=1
    check $ok "a new folder of the deliveries until then"
    same "as-of-$month" "known-$month" && ok=0 || ok=1
    check $ok "has the same figures and the same lines"
    same "as-of-$month" all && ok=1 || ok=0
    check $ok "which are not those of today"
done
[ "$(jq -r '.known_on + " " + (.not_yet_delivered | length | tostring)' as-of-202102/manifest.json)" = \
    "2021-02-28 8" ] && ok=0 || ok=1
check $ok "the manifest says as of when, and how many were not there"
grep -q 'As known on 2021-02-28' as-of-202102/report.html && ok=0 || ok=1
grep -q 'As known on' all/report.html && ok=1
check $ok "so does the page, and that of today does not"
grep -qv ',2021-02-28,' as-of-202102/report.csv && # the head alone
    [ "$(grep -vc ',2021-02-28,' as-of-202102/report.csv)" = 1 ] &&
    head -1 as-of-202102/report.csv | grep -q ',known_on,' && ok=0 || ok=1
grep -q known_on all/report.csv && ok=1
check $ok "so does every row of the csv, in a column that today's does not have"
day=2021-02-28
ok=0; go incoming work withdrawn --as-of=2021-02-28 --withdraw='BCBSVT_MC_202012*' || ok=$?
rm until-202102/bcbsvt/BCBSVT_MC_202012*
go until-202102 work-without without && same withdrawn without || ok=1
check $ok "a delivery withdrawn today is withdrawn as of then"
code=0; go incoming work x --as-of=2021 || code=$?
[ $code -eq 64 ] && ok=0 || ok=1
check $ok "a day is wanted"
code=0; go incoming work x --as-of=2019-01-01 || code=$?
[ $code -eq 65 ] && grep -q 'until 2019-01-01 holds' err && [ ! -e x ] && ok=0 || ok=1
check $ok "before the first delivery there is nothing ($code)"
echo "1..$count"
