#!/bin/sh
# The worked example of the CCLF Information Packet (5.1.3, 5.3.2), from the zips to the sums:
# Part A 260.00, Part B 707.00, the person 967.00, the claims that stand, and the ledger's pairs;
# the same from 1 and from 64 shards, with the files of the zip in any order, and with the
# deliveries in any order.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
PATH=${HC_BUILD:-$root/build/release}/bin:$PATH HCTOOLS_PATH=$root LC_ALL=C
export PATH HCTOOLS_PATH LC_ALL
samples=$root/samples/worked-example
t=$(mktemp -d) || exit 2
trap 'rm -rf "$t"' EXIT
count=0 failed=0
is() { # TEXT GOT WANTED
    count=$((count + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        printf 'got:\n%s\nwanted:\n%s\n' "$2" "$3" | sed 's/^/# /'
        failed=$((failed + 1))
    fi
}
claims() { # of a stream: the claims in it
    hc-export --format=csv --columns=claim_type,claim_id "$1" | tail -n +2 | sort -u | tr '\n' ' '
}
paid() { # FILE BY
    hc-aggregate --by="$2" --measure=paid "$1" | hc-export --format=csv | sort | tr '\n' ' '
}

hc-ingest --feed=medicare-cclf --out-dir="$t/in" "$samples"/P.V0001.*
hc-dedupe --ledger="$t/ledger.arrow" -o "$t/final.arrow" "$t/in/claim_line.arrow"
is "Part A is 260.00, Part B 707.00" "$(paid "$t/final.arrow" claim_type)" \
    "claim_type,paid institutional,260.00 professional,707.00 "
is "the person is 967.00" "$(paid "$t/final.arrow" payer)" "medicare,967.00 payer,paid "
is "before dedupe the person is 967.00 too" "$(paid "$t/in/claim_line.arrow" payer)" \
    "medicare,967.00 payer,paid "
is "claims 4, 7 and one of 2 and 5 stand, and claim 2 of Part B" "$(claims "$t/final.arrow")" \
    "institutional,4 institutional,5 institutional,7 professional,2 "
is "the ledger names each pair" \
    "$(hc-export --format=csv --columns=claim_type,claim_id,partner_claim_id "$t/ledger.arrow" |
        tail -n +2 | sort -u | tr '\n' ' ')" \
    "institutional,1,3 institutional,2,6 institutional,3,1 institutional,6,2 professional,1,3 professional,3,1 "
is "and its pairs sum to nothing" "$(paid "$t/ledger.arrow" payer)" "medicare,0.00 payer,paid "

hc-ingest --feed=medicare-cclf --out-dir="$t/more" "$samples"/P.V000[345].*
hc-dedupe --crosswalk="$t/more/crosswalk.arrow" -o "$t/more.arrow" "$t/more/claim_line.arrow"
is "two numbers of one person: only the last adjustment stands; two originals both do; of three \
originals with two cancellations one" "$(claims "$t/more.arrow")" \
    "institutional,3333333333333 institutional,41 institutional,42 professional,55 "

lines() { # STREAM...: every line that stands, with all its columns
    for stream; do
        hc-dedupe "$stream" | hc-export --format=csv | tail -n +2
    done | sort
}
lines "$t/in/claim_line.arrow" >"$t/want"
for shards in 1 64; do
    hc-ingest --feed=medicare-cclf --out-dir="$t/s$shards" --shards=$shards "$samples"/P.V0001.*
    lines "$t/s$shards/claim_line"/* >"$t/got"
    is "from $shards shards, the same lines" "$(cmp "$t/want" "$t/got" 2>&1)" ""
done

# The same files packed again in another order: all is the same but the archive's own digest.
name=$(basename "$samples"/P.V0001.*)
told() { # the receipt without what names the archive's bytes
    sed 's/"sha256": "[0-9a-f]*"/"sha256": ""/g; s/"bytes": [0-9]*/"bytes": 0/g' "$1/receipt.json"
}
told "$t/in" >"$t/receipt"
unzip -Z1 "$samples/$name" >"$t/order"
mkdir "$t/files"
unzip -q -d "$t/files" "$samples/$name"
files() { # ORDER: the names of the files
    case $1 in
    reversed) ls "$t/files" | sort -r ;;
    dealt) ls "$t/files" | awk '{ print NR % 3 "\t" $0 }' | sort -s -k1,1 | cut -f 2 ;;
    last-first) ls "$t/files" | awk '{ name[NR] = $0 }
        END { print name[NR]; for (i = 1; i < NR; i++) print name[i] }' ;;
    esac
}
for order in reversed dealt last-first; do
    rm -rf "$t/zip" "$t/other"
    mkdir "$t/zip"
    files $order | (cd "$t/files" && zip -q -X "$t/zip/$name.zip" -@)
    mv "$t/zip/$name.zip" "$t/zip/$name"
    unzip -Z1 "$t/zip/$name" | cmp -s - "$t/order" && echo "Bail out! packed in the same order"
    unzip -Z1 "$t/zip/$name" >"$t/order"
    hc-ingest --feed=medicare-cclf --out-dir="$t/other" "$t/zip/$name"
    hc-dedupe --ledger="$t/other/ledger.arrow" -o "$t/other/final.arrow" "$t/other/claim_line.arrow"
    is "packed in another order ($order): the same rows in the same order" \
        "$(for f in in/claim_line in/coverage in/crosswalk final ledger; do
            hc-export --format=csv "$t/$f.arrow" >"$t/want"
            hc-export --format=csv "$t/other/${f##*/}.arrow" | cmp - "$t/want" 2>&1
        done)" ""
    is "and the same receipt" "$(told "$t/other" | cmp - "$t/receipt" 2>&1)" ""
done

# Deliveries in any order.
hc-dedupe --crosswalk="$t/more/crosswalk.arrow" --ledger="$t/more/ledger.arrow" \
    -o "$t/more/final.arrow" "$t/more/claim_line.arrow"
set -- "$samples"/P.V000[345].*
hc-ingest --feed=medicare-cclf --out-dir="$t/turned" "$3" "$1" "$2"
hc-dedupe --crosswalk="$t/turned/crosswalk.arrow" --ledger="$t/turned/ledger.arrow" \
    -o "$t/turned/final.arrow" "$t/turned/claim_line.arrow"
is "deliveries in another order: the same streams, receipt and ledger" \
    "$(diff -r "$t/more" "$t/turned" 2>&1)" ""
echo "1..$count"
