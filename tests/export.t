#!/bin/sh
# hc-export and hc-view as a caller meets them.
set -u
build=${HC_BUILD:-$(cd "$(dirname "$0")/.." && pwd)/build/release}
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=$build/bin:$PATH HCTOOLS_PATH=$root LC_ALL=C TZ=UTC
export PATH HCTOOLS_PATH LC_ALL TZ
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
"$build/tests/unit/export.t" "$work" && "$build/tests/unit/html.t" "$work" && cd "$work" || exit 2
count=0 failed=0

# is NAME STATUS PATTERN COMMAND...: exit status, and a line (of output or message) that
# matches the pattern
is() {
    name=$1 status=$2 pattern=$3
    shift 3
    "$@" >out 2>&1 </dev/null
    got=$?
    count=$((count + 1))
    if [ "$got" = "$status" ] && grep -q -e "$pattern" out; then
        echo "ok $count - $name"
    else
        echo "not ok $count - $name"
        echo "# status $got, expected $status and a line like: $pattern"
        sed 's/^/# /' out | head -20
        failed=$((failed + 1))
    fi
}

on_terminal() { # the command line as one argument
    script -qec "$1" /dev/null
}

is 'csv is the default off a terminal' 0 '^dme,2020-Q3,12,260.00$' hc-export measures.arrow
is 'a stream on standard input' 0 '^dme,2020-Q3,12,260.00$' sh -c 'hc-export <measures.arrow'
is 'a table is the default on a terminal' 0 '^dme  *2020-Q3  *12  260.00' \
    on_terminal 'hc-export measures.arrow'
is 'a hidden cell reads *' 0 '^dme,2020-Q4,\*,-0.01$' hc-export measures.arrow
is 'the long form' 0 '^paid,cell,26000,1,260.00,2,' hc-export --long measures.arrow
is 'columns in the order asked for' 0 '^260.00,dme$' hc-export -c paid,claim_type measures.arrow
is 'columns of a record' 0 '^1EG4TE5MK72,260.00$' hc-export -c member_id,paid claims.arrow
is 'a mistyped column' 64 'did you mean allowed' hc-export -c alowed claims.arrow
is 'a column that no kind has' 64 "claim_line has no column 'zzz'" hc-export -c zzz claims.arrow
is 'parquet' 64 "'parquet' is not supported yet" hc-export -f parquet claims.arrow
is 'jsonl' 64 "'jsonl' is not supported yet" hc-export -f jsonl claims.arrow
is 'sqlite' 64 "'sqlite' is not supported yet" hc-export -f sqlite claims.arrow
is 'no such format' 64 "no format 'exel'" hc-export -f exel claims.arrow
is 'wide and long' 64 'exclude each other' hc-export --wide --long measures.arrow
is 'wide records' 64 'only measures can be wide' hc-export --wide claims.arrow
is 'wide arrow' 64 'only text formats' hc-export --wide -f arrow measures.arrow
is 'opt-outs are not applied yet' 64 'opt-outs' hc-export --audience=aco claims.arrow
is 'no such audience' 64 "no audience 'world'" hc-export --audience=world claims.arrow
is 'the public gets no claims' 64 "does not get records of kind claim_line" \
    hc-export --audience=public claims.arrow
is 'the public gets no row for a person' 64 'grouped by member_id, which audience .public. does' \
    sh -c 'hc-aggregate --by=member_id --measure=paid --people claims.arrow |
           hc-export --audience=public'
is 'a missing input' 66 'none.arrow' hc-export none.arrow
is 'the plan reads no data' 0 '"path": "none.arrow", "kind": null, "columns": \["paid"\]' \
    hc-export --dry-run=json -c paid none.arrow
is 'arrow keeps what is asked for' 0 'claim_line, version 1, 2 rows, 2 columns' \
    sh -c 'hc-export -f arrow -c paid,claim_type claims.arrow | hc-view --verify -'
is 'two inputs are one' 0 '^3$' sh -c \
    'hc-export -c line claims.arrow >a; hc-export -f arrow -o b.arrow -c line,paid claims.arrow &&
     hc-export -c paid claims.arrow | wc -l'
is 'the books' 0 '"balanced": true' sh -c \
    'hc-export --accounts=books.json -o x.csv claims.arrow && cat books.json'
is 'an export is for its owner only' 0 '^600$' stat -c %a x.csv
is 'a count with -v' 0 '^hc-export: 2 claim_line in = 2 out$' hc-export -v -o x.csv claims.arrow
is 'a full disk' 74 'cannot write\|No space' sh -c 'hc-export claims.arrow >/dev/full'

is 'a page' 0 '^<h1>Participation &amp; cost' hc-export -f html report.arrow
is 'a page has no script and no link' 1 '^$' sh -c \
    'hc-export -f html report.arrow | grep -e "<script" -e "://" -e " href" || { echo; exit 1; }'
is 'a page of what is no report' 65 'hint: hc-aggregate --report' hc-export -f html measures.arrow
is 'a page of claims' 65 'the input is no report' hc-export -f html claims.arrow
is 'a page shows all' 64 'shows all of its input' hc-export -f html -c paid report.arrow
is 'the public gets hidden cells' 0 '^participation,2018-Q1,other,cell,\*,\*,\*' \
    hc-export --audience=public report.arrow
is 'and another beside each' 0 '^participation,2018-Q1,commercial,cell,\*,\*,\*' \
    hc-export --audience=public report.arrow
is 'the rest is shown' 0 '^participation,2018-Q1,medicare,cell,36000,120000,30.0' \
    hc-export --audience=public report.arrow
is 'the state gets them all' 0 '^participation,2018-Q1,other,cell,3,7,42.9' \
    hc-export report.arrow
is 'cells add up' 0 '492 cells = 300 shown + 96 suppressed + 96 complementary' \
    hc-export -v --audience=public -o public.csv report.arrow
is 'a public file is for all' 0 '^644$' sh -c \
    'umask 022; hc-export --audience=public -o p.csv report.arrow && stat -c %a p.csv'
is 'hidden cells stay hidden in arrow' 0 'suppressed  *96$\|value  *int64  *192 ' sh -c \
    'hc-export --audience=public -f arrow report.arrow | hc-view -'
is 'and the report goes along' 0 '^<h1>Participation' sh -c \
    'hc-export --audience=public -f arrow report.arrow | hc-export -f html'
is 'nobody knows how many people' 65 'hc-aggregate --people' \
    hc-export --audience=public measures.arrow

cat >narrow.yaml <<'Y'
audience: narrow
kinds: [claim_line]
shows: [claim_id]
Y
cat >wrong.yaml <<'Y'
audience: wrong
kinds: [claim_lines]
shows: [member]
show: []
Y
is 'a column that the audience does not see' 64 "does not see column 'member_id'" \
    hc-export --audience=./narrow.yaml -c member_id claims.arrow
is 'it is left out where all are asked for' 0 '^payer.*,claim_id,line,.*,paid,' \
    hc-export --audience=./narrow.yaml claims.arrow
is 'and so are its values' 1 '^$' sh -c \
    'hc-export --audience=./narrow.yaml claims.arrow | grep 1EG4 || { echo; exit 1; }'
is 'what is left out is told with -v' 0 "does not see column 'member_id'" \
    hc-export -v --audience=./narrow.yaml -o x.csv claims.arrow
is 'every fault of an audience file' 78 'wrong.yaml:3:9: no kind has a field' \
    hc-export --audience=./wrong.yaml claims.arrow
is 'and its line' 78 'wrong.yaml:4' hc-export --audience=./wrong.yaml claims.arrow

is 'a view' 0 'paid  *cents  *0  -0.05  *260.00  *259.95' hc-view claims.arrow
is 'a member number as its shape' 0 '9AA9AA9AA99' hc-view claims.arrow
is 'a date of care as its shape' 0 '9999-99-99' hc-view claims.arrow
is 'not its value' 1 '^$' sh -c \
    'hc-view claims.arrow | grep -e 1EG4 -e 2020-11-30 -e 77 || { echo; exit 1; }'
is 'values are not for a pipe' 64 'only a terminal' hc-view --show-values claims.arrow
is 'values on a terminal' 0 '1EG4TE5MK72' on_terminal 'hc-view --show-values claims.arrow'
is 'verified' 0 '^verified' hc-view --verify claims.arrow measures.arrow
is 'a stream cut short' 65 'cut.arrow' sh -c \
    'hc-export -f arrow claims.arrow | head -c 3000 >cut.arrow; hc-view cut.arrow'
is 'the books, viewed' 0 'paid  *259.95' hc-view books.json
is 'a gz names hc-ingest' 65 'hint: hc-ingest' sh -c 'gzip -c a >a.gz; hc-view a.gz'
is 'some text' 65 'a: ' hc-view a
is 'broken JSON' 65 'broken.json:1:10: cut off' sh -c 'echo "{\"a\": [1," >broken.json; hc-view broken.json'
is 'the plan of a view' 0 '"tool": "hc-view"' hc-view --dry-run=json none.arrow
is 'its help' 0 '^Examples:' hc-view --help
echo "1..$count"
