#!/bin/sh
# A delivery that another program wrote is refused for its false control totals, both numbers
# shown, and is read whole when told to go on: the receipt's records and the sums of all amount
# columns as delivered are those of its profile, which was taken by other means.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=${HC_BUILD:-$root/build/release}/bin:$PATH HCTOOLS_PATH=$root
export PATH HCTOOLS_PATH
data=$root/tests/data/real-medicare-cclf
t=$(mktemp -d) || exit 2
trap 'rm -rf "$t"' EXIT
count=0 failed=0
ok() { # TEXT COMMAND...
    text=$1
    shift
    count=$((count + 1))
    if "$@" >"$t/said" 2>&1; then
        echo "ok $count - $text"
    else
        echo "not ok $count - $text"
        sed 's/^/# /' "$t/said" | head -20
        failed=$((failed + 1))
    fi
}

hc-ingest --feed=medicare-cclf --out-dir="$t/no" "$data"/P.* >"$t/out" 2>"$t/err"
status=$?
ok "refused with 65" test $status = 65
ok "both numbers are in the message" \
    grep -q 'CCLF1: CCLF0 says 456 records, the file has 6000' "$t/err"
ok "what is not listed is told" \
    grep -q 'CCLFB: CCLF0 does not list it, the file has 12054 records' "$t/err"
ok "receipt and rejects are left, no stream" \
    test "$(ls "$t/no" | tr '\n' ' ')" = "receipt.json rejects.csv "
ok "the receipt says that it does not count" grep -q '"accepted": false' "$t/no/receipt.json"

hc-ingest --feed=medicare-cclf --accept=control-totals --out-dir="$t/yes" "$data"/P.* 2>"$t/err"
status=$?
ok "read whole with --accept=control-totals" test $status = 0
ok "what was accepted is a warning each, and nothing else is said" \
    sh -c "! grep -qv 'warning: .*(accepted: control-totals)' '$t/err'"

# "file<TAB>measure<TAB>value" of the receipt, one a line
awk -F'"' '
    /"file":/ { file = $4 }
    /"records": \{"read":/ { split($0, a, /"read": |, "mapped"/); print file "\trecords\t" a[2] }
    /\{"field":.*"values":/ { print file "\tsum " $4 "\t" $8 }
' "$t/yes/receipt.json" | sort >"$t/receipt.tsv"
awk -F'\t' '!/^#/ && ($3 == "records" || $3 ~ /^sum /) { print $2 "\t" $3 "\t" $4 }' \
    "$data/profile.tsv" | sort >"$t/profile.tsv"
lines=$(wc -l <"$t/profile.tsv")
ok "the profile has records and sums of all files" test "$lines" -gt 40
comm -23 "$t/profile.tsv" "$t/receipt.tsv" >"$t/missing"
ok "all $lines records and sums of the profile stand in the receipt" \
    sh -c 'cat "$1"; test ! -s "$1"' sh "$t/missing"

hc-ingest --feed=medicare-cclf --accept=control-totals --memory=1M --out-dir="$t/small" \
    "$data"/P.*
ok "the same with a small memory, in many parts" \
    diff -r -x receipt.json "$t/yes" "$t/small"
ok "and the same receipt" cmp "$t/yes/receipt.json" "$t/small/receipt.json"
echo "1..$count"
exit $((failed > 0))
