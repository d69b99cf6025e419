#!/bin/sh
# What comes out of a delivery does not depend on the order of its members, of the arguments, on
# shards, memory, time zone or locale; and no claim stands in two shards.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${HC_BUILD:-$root/build/release}/bin:$PATH HCTOOLS_PATH=$root LC_ALL=C
export PATH HCTOOLS_PATH LC_ALL
samples=$root/samples/worked-example
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
ingest() { # INTO ARGUMENT...
    into=$1
    shift
    hc-ingest --feed=medicare-cclf --identity-key="$t/key" --out-dir="$into" "$@"
}
table() { # FOLDER: all rows of all kinds
    for kind in claim_line coverage crosswalk; do
        hc-export --format=csv "$1/$kind.arrow" || echo "cannot export $kind"
    done
}
echo 'a key of at least sixteen bytes' >"$t/key"

ingest "$t/whole" "$samples"/P.*
table "$t/whole" >"$t/whole.csv"
ok "the worked example has 31 lines" \
    test "$(hc-export --format=csv "$t/whole/claim_line.arrow" | wc -l)" = 32

# The members of each zip in other orders, with the same bytes in each.
for order in 'sort -r' 'sort -k1.14' "awk '{ print (NR * 7) % 12, \$0 }' | sort -n | cut -d' ' -f2"; do
    rm -rf "$t/other" "$t/zips"
    mkdir "$t/zips"
    for zip in "$samples"/P.*; do
        mkdir "$t/members"
        (cd "$t/members" && unzip -q "$zip" && ls | sh -c "$order" |
            zip -q -X ../one.zip -@)
        mv "$t/one.zip" "$t/zips/$(basename "$zip")"
        rm -rf "$t/members"
    done
    ingest "$t/other" "$t/zips"/P.*
    table "$t/other" >"$t/other.csv"
    ok "members in another order ($order), the same rows" cmp "$t/whole.csv" "$t/other.csv"
    for side in whole other; do
        grep -v -e '"sha256":' -e '"bytes":' "$t/$side/receipt.json" >"$t/$side.receipt"
    done
    ok "and the same books" cmp "$t/whole.receipt" "$t/other.receipt"
done

ingest "$t/turned" $(ls -r "$samples"/P.*)
ok "arguments in another order, the same bytes" diff -r "$t/whole" "$t/turned"
TZ=Asia/Tokyo LC_ALL=C.UTF-8 ingest "$t/tokyo" "$samples"/P.*
ok "another time zone and locale, the same bytes" diff -r "$t/whole" "$t/tokyo"
ingest "$t/small" --memory=1M "$samples"/P.*
ok "less memory, the same bytes" diff -r "$t/whole" "$t/small"
mkdir "$t/folder"
(cd "$t/folder" && mkdir P.V0001.ACO.ZCY20.D201101.T0102030 &&
    cd P.V0001.ACO.ZCY20.D201101.T0102030 &&
    unzip -q "$samples/P.V0001.ACO.ZCY20.D201101.T0102030")
ingest "$t/asfolder" "$t/folder"/P.V0001.*
ingest "$t/aszip" "$samples"/P.V0001.*
table "$t/asfolder" >"$t/a.csv"
table "$t/aszip" >"$t/b.csv"
ok "an unpacked folder, the same rows" cmp "$t/a.csv" "$t/b.csv"
hc-ingest --feed=medicare-cclf --kind=claim_line --name=P.V0001.ACO.ZCY20.D201101.T0102030 - \
    <"$samples/P.V0001.ACO.ZCY20.D201101.T0102030" | hc-export --format=csv >"$t/piped.csv"
hc-export --format=csv "$t/aszip/claim_line.arrow" >"$t/b.csv"
ok "on standard input, the same rows" cmp "$t/piped.csv" "$t/b.csv"

for shards in 1 64; do
    rm -rf "$t/shards"
    ingest "$t/shards" --shards=$shards "$samples"/P.*
    ok "$shards shards are $shards files" \
        test "$(ls "$t/shards/claim_line" | wc -l)" = $shards
    : >"$t/rows" >"$t/claims"
    for shard in "$t/shards/claim_line"/*; do
        hc-export --format=csv "$shard" | tail -n +2 | tee "$t/one" >>"$t/rows"
        cut -d, -f6,7 "$t/one" | sort -u >>"$t/claims"
    done
    sort "$t/rows" >"$t/sorted"
    hc-export --format=csv "$t/whole/claim_line.arrow" | tail -n +2 | sort >"$t/want"
    ok "in $shards shards, the same rows" cmp "$t/sorted" "$t/want"
    ok "in $shards shards, each claim in one of them" \
        test -z "$(sort "$t/claims" | uniq -d)"
done
ingest "$t/shards" "$samples"/P.*
ok "run again without shards, nothing is left of them" diff -r "$t/whole" "$t/shards"
echo "1..$count"
exit $((failed > 0))
