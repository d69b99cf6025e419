#!/bin/sh
# A delivery that another program wrote is refused for its false control totals, both numbers
# shown, and is read whole when told to go on: the receipt's records and the sums of all amount
# columns as delivered are those of its profile, which was taken by other means.
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
data=$root/tests/data/real-medicare-cclf

hc-ingest --feed=medicare-cclf --out-dir="$work/no" "$data"/P.* >"$work/out" 2>"$work/err"
status=$?
check "refused with 65" test $status = 65
check "both numbers are in the message" \
    grep -q 'CCLF1: CCLF0 says 456 records, the file has 6000' "$work/err"
check "what is not listed is told" \
    grep -q 'CCLFB: CCLF0 does not list it, the file has 12054 records' "$work/err"
check "receipt and rejects are left, no stream" \
    test "$(ls "$work/no" | tr '\n' ' ')" = "receipt.json rejects.csv "
check "the receipt says that it does not count" grep -q '"accepted": false' "$work/no/receipt.json"

hc-ingest --feed=medicare-cclf --accept=control-totals,unknown-code --out-dir="$work/yes" "$data"/P.* 2>"$work/err"
status=$?
check "read whole with --accept=control-totals,unknown-code" test $status = 0
check "what was accepted is a warning each, and nothing else is said" \
    sh -c "! grep -v -e 'warning: .*(accepted: \(control-totals\|unknown-code\))' \
        -e 'warning: [0-9]* claim lines paid for ahead of time: ffs_equivalent' '$work/err'"

# "file<TAB>measure<TAB>value" of the receipt, one a line
awk -F'"' '
    /"file":/ { file = $4 }
    /"records": \{"read":/ { split($0, a, /"read": |, "mapped"/); print file "\trecords\t" a[2] }
    /\{"field":.*"values":/ { print file "\tsum " $4 "\t" $8 }
' "$work/yes/receipt.json" | sort >"$work/receipt.tsv"
awk -F'\t' '!/^#/ && ($3 == "records" || $3 ~ /^sum /) { print $2 "\t" $3 "\t" $4 }' \
    "$data/profile.tsv" | sort >"$work/profile.tsv"
lines=$(wc -l <"$work/profile.tsv")
check "the profile has records and sums of all files" test "$lines" -gt 40
comm -23 "$work/profile.tsv" "$work/receipt.tsv" >"$work/missing"
check "all $lines records and sums of the profile stand in the receipt" \
    sh -c 'cat "$1"; test ! -s "$1"' sh "$work/missing"

hc-ingest --feed=medicare-cclf --accept=control-totals,unknown-code --memory=1M --out-dir="$work/small" \
    "$data"/P.*
check "the same with a small memory, in many parts" \
    diff -r -x receipt.json "$work/yes" "$work/small"
check "and the same receipt" cmp "$work/yes/receipt.json" "$work/small/receipt.json"
echo "1..$n"
