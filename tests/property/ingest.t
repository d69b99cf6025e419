#!/bin/sh
# What comes out of a delivery does not depend on the order of its members, of the arguments, on
# shards, memory, time zone or locale; and no claim stands in two shards.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
export LC_ALL=C
samples=$root/samples/worked-example
ingest() { # INTO ARGUMENT...
    into=$1
    shift
    hc-ingest --feed=medicare-cclf --identity-key="$work/key" --out-dir="$into" "$@"
}
table() { # FOLDER: all rows of all kinds
    for kind in claim_line coverage crosswalk; do
        hc-export --format=csv "$1/$kind.arrow" || echo "cannot export $kind"
    done
}
echo 'a key of at least sixteen bytes' >"$work/key"

ingest "$work/whole" "$samples"/P.*
table "$work/whole" >"$work/whole.csv"
check "the worked example has 31 lines" \
    test "$(hc-export --format=csv "$work/whole/claim_line.arrow" | wc -l)" = 32

# The members of each zip in other orders, with the same bytes in each.
for order in 'sort -r' 'sort -k1.14' "awk '{ print (NR * 7) % 12, \$0 }' | sort -n | cut -d' ' -f2"; do
    rm -rf "$work/other" "$work/zips"
    mkdir "$work/zips"
    for zip in "$samples"/P.*; do
        mkdir "$work/members"
        (cd "$work/members" && unzip -q "$zip" && ls | sh -c "$order" |
            zip -q -X ../one.zip -@)
        mv "$work/one.zip" "$work/zips/$(basename "$zip")"
        rm -rf "$work/members"
    done
    ingest "$work/other" "$work/zips"/P.*
    table "$work/other" >"$work/other.csv"
    check "members in another order ($order), the same rows" cmp "$work/whole.csv" "$work/other.csv"
    for side in whole other; do
        grep -v -e '"sha256":' -e '"bytes":' "$work/$side/receipt.json" >"$work/$side.receipt"
    done
    check "and the same books" cmp "$work/whole.receipt" "$work/other.receipt"
done

# shellcheck disable=SC2046 # names they are
ingest "$work/turned" $(ls -r "$samples"/P.*)
check "arguments in another order, the same bytes" diff -r "$work/whole" "$work/turned"
TZ=Asia/Tokyo LC_ALL=C.UTF-8 ingest "$work/tokyo" "$samples"/P.*
check "another time zone and locale, the same bytes" diff -r "$work/whole" "$work/tokyo"
ingest "$work/small" --memory=1M "$samples"/P.*
check "less memory, the same bytes" diff -r "$work/whole" "$work/small"
mkdir "$work/folder"
(cd "$work/folder" && mkdir P.V0001.ACO.ZCY20.D201101.T0102030 &&
    cd P.V0001.ACO.ZCY20.D201101.T0102030 &&
    unzip -q "$samples/P.V0001.ACO.ZCY20.D201101.T0102030")
ingest "$work/asfolder" "$work/folder"/P.V0001.*
ingest "$work/aszip" "$samples"/P.V0001.*
table "$work/asfolder" >"$work/a.csv"
table "$work/aszip" >"$work/b.csv"
check "an unpacked folder, the same rows" cmp "$work/a.csv" "$work/b.csv"
hc-ingest --feed=medicare-cclf --kind=claim_line --name=P.V0001.ACO.ZCY20.D201101.T0102030 - \
    <"$samples/P.V0001.ACO.ZCY20.D201101.T0102030" | hc-export --format=csv >"$work/piped.csv"
hc-export --format=csv "$work/aszip/claim_line.arrow" >"$work/b.csv"
check "on standard input, the same rows" cmp "$work/piped.csv" "$work/b.csv"

for shards in 1 64; do
    rm -rf "$work/shards"
    ingest "$work/shards" --shards=$shards "$samples"/P.*
    check "$shards shards are $shards files" \
        test "$(ls "$work/shards/claim_line" | wc -l)" = $shards
    : >"$work/rows"
    : >"$work/claims"
    for shard in "$work/shards/claim_line"/*; do
        hc-export --format=csv "$shard" | tail -n +2 | tee "$work/one" >>"$work/rows"
        cut -d, -f6,7 "$work/one" | sort -u >>"$work/claims"
    done
    sort "$work/rows" >"$work/sorted"
    hc-export --format=csv "$work/whole/claim_line.arrow" | tail -n +2 | sort >"$work/want"
    check "in $shards shards, the same rows" cmp "$work/sorted" "$work/want"
    check "in $shards shards, each claim in one of them" \
        test -z "$(sort "$work/claims" | uniq -d)"
done
ingest "$work/shards" "$samples"/P.*
check "run again without shards, nothing is left of them" diff -r "$work/whole" "$work/shards"
echo "1..$n"
