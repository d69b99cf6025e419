#!/bin/sh
# Every committed sample: read at once and in 8 shards, by one worker and by two, with isa-l and
# without, the same bytes come of it; and as many rows, as much money, as the table in
# samples/families/README.md says. The samples are what hc-synth makes today.
# shellcheck source=tap.sh
. "$(dirname "$0")/tap.sh"
families=$root/samples/families

read_as() { # DIR OPTION...: hc-ingest of the sample at hand
    to=$1
    shift
    hc-ingest -q --feed="$feed" $options --out-dir="$to" "$@" $files
}
rows_of() { # FILE...: as lines in an order of their own
    for stream in "$@"; do
        hc-export --format=csv "$stream" | sed 1d
    done | LC_ALL=C sort
}
# what dedupe makes of streams: what stands and the ledger, their bytes
standing() { # DIR STREAM...
    mkdir -p "$1" || return 1
    to=$1
    shift
    crosswalk=''
    [ ! -e base/crosswalk.arrow ] || crosswalk=--crosswalk=base/crosswalk.arrow
    hc-dedupe $crosswalk --ledger="$to/ledger.arrow" -o "$to/final.arrow" "$@"
}
by_zlib() { read_as zlib --inflate=zlib && diff -r base zlib; } # the same where isa-l is not built in
# one file by itself: from standard input come the same records
by_stdin() {
    rm -rf alone piped
    file=${files%% *}
    hc-ingest -q --feed="$feed" $options --out-dir=alone "$file" &&
        hc-ingest -q --feed="$feed" $options --out-dir=piped --name="${file##*/}" - <"$file" || return 1
    for stream in alone/*.arrow; do
        hc-export --format=csv "$stream" >alone.csv &&
            hc-export --format=csv "piped/${stream#alone/}" | diff alone.csv - || return 1
    done
}
two_jobs() { read_as jobs --jobs=2 && diff -r base jobs; }
eight_shards() {
    read_as shards --shards=8 && standing one base/claim_line.arrow &&
        standing eight shards/claim_line/shard-*.arrow &&
        rows_of base/claim_line.arrow >one.csv && rows_of shards/claim_line/shard-*.arrow >eight.csv &&
        [ -s one.csv ] && cmp one.csv eight.csv && diff -r one eight || return 1
    for stream in base/*.arrow; do
        [ "$stream" = base/claim_line.arrow ] || cmp "$stream" "shards/${stream#base/}" || return 1
    done
}
# the table's rows of a sample, as they are today
told() { # SAMPLE
    for stream in base/*.arrow; do
        kind=$(basename "$stream" .arrow) stand='' amount=''
        rows=$(hc-export --format=csv "$stream" | sed 1d | wc -l)
        case $kind in
        claim_line)
            stand=$(hc-export --format=csv one/final.arrow | sed 1d | wc -l)
            amount=$(hc-aggregate --by=payer --measure=paid one/final.arrow |
                hc-export --format=csv --columns=paid | sed 1d)
            ;;
        payment)
            amount=$(hc-export --format=csv --columns=amount "$stream" |
                awk '{ cents += $1 * 100 } END { printf "%.2f", cents / 100 }')
            ;;
        esac
        echo "| $1 | $kind | $rows | $stand | $amount |" | sed 's/  */ /g'
    done
}
as_told() { # SAMPLE
    told "$1" >now
    grep "^| $1 |" "$families/README.md" | sed 's/  */ /g' | diff - now
}

sample() { # NAME FEED OPTIONS FILE...
    name=$1 feed=$2 options=$3
    shift 3
    files=$*
    rm -rf base zlib jobs shards one eight
    check "$name: is read" read_as base --jobs=1
    check "$name: without isa-l the same bytes" by_zlib
    [ ! -f "$1" ] || check "$name: its first file from standard input makes the same records" by_stdin
    check "$name: two workers make the same bytes" two_jobs
    [ ! -e base/claim_line.arrow ] ||
        check "$name: 8 shards hold the same rows, and the same of them stand" eight_shards
    case $name in
    incoming/* | worked-example) ;;
    *) check "$name: as many rows and as much money as its README says" as_told "$name" ;;
    esac
    [ -z "${SAMPLES_TELL:-}" ] || told "$name" >&2
}

bcbsvt="--set=payer=bcbsvt --accept=populated"
sample cdl apcd-cdl "$bcbsvt" "$families"/cdl/*
sample nh apcd-nh "$bcbsvt" "$families"/nh/*
for form in nh-replace columns-replace columns-restate columns-overpunch; do
    sample $form "$families/feeds/bcbsvt-$form.yaml" "--accept=populated" "$families/$form"/*
done
sample medicaid medicaid-apcd "" "$families"/medicaid/*
sample medicare medicare-cclf "" "$families"/medicare/*
sample fhir bcda-fhir "" "$families"/fhir/bcda-*
true_fhir() { # CCLF, where the truth is from, does not say what was paid for drugs
    hc-aggregate --by=claim_type --measure=rows,paid one/final.arrow | hc-export --format=csv |
        sed '1d; s/^\(pharmacy,[0-9]*\),.*/\1,/' | LC_ALL=C sort >got &&
        cut -d, -f2-4 "$families/truth/fhir-sums.csv" | LC_ALL=C sort | diff - got
}
check "fhir: the same claims stand as of CCLF, for the same money" true_fhir
sample residents medicare-enrollment "" "$families"/residents/*
sample preferences medicare-preferences "" "$families"/preferences/*
sample alignment alignment-list "" "$families"/alignment/*
sample non-claims non-claims-payments "" "$families"/payments/non-claims-*
sample prospective prospective-payments "" "$families"/payments/prospective-*
incoming=$root/samples/incoming
sample incoming/medicare medicare-cclf "" "$incoming"/medicare/*
sample incoming/bcbsvt commercial-apcd "--set=payer=bcbsvt" "$incoming"/bcbsvt/*
sample incoming/medicaid medicaid-apcd "" "$incoming"/medicaid/*
sample incoming/residents medicare-enrollment "" "$incoming"/residents/*
sample incoming/roster provider-roster "" "$incoming"/roster.csv
sample worked-example medicare-cclf "" "$root"/samples/worked-example/*

# One sample, wrapped in every way that deliveries are: the same rows
wrapped() { # SUFFIX, COMMAND on a plain file that makes it, OPTION of hc-ingest...
    suffix=$1 make=$2
    shift 2
    rm -rf "wrapped$suffix" && mkdir "wrapped$suffix" || return 1
    for file in "$families"/columns/*.gz; do
        name=$(basename "$file" .gz)
        gzip -dc "$file" >"$name" && $make "wrapped$suffix/$name$suffix" "$name" || return 1
        rm "$name"
    done
    files="$work/wrapped$suffix/*" && rm -rf other && read_as other "$@" || return 1
    for kind in claim_line coverage provider; do
        rows_of base/$kind.arrow >one.csv && rows_of other/$kind.arrow | cmp one.csv - || return 1
    done
}
plain() { cp "$2" "$1"; }
zst() { zstd -q -o "$1" "$2"; }
zip_of_gz() { gzip -nk "$2" && zip -q "$1" "$2.gz" && rm "$2.gz"; }
zip_encrypted() { zip -q -P "$(cat pass)" "$1" "$2"; }
folder() { mkdir "$1" && gzip -nc "$2" >"$1/$2.gz"; }
echo invented >pass && chmod 600 pass
sample columns "$families/feeds/bcbsvt-columns.yaml" "" "$families"/columns/*
check "columns: plain, the same rows" wrapped "" plain
check "columns: zstd, the same rows" wrapped .zst zst
check "columns: gzip in zips, the same rows" wrapped .zip zip_of_gz
check "columns: encrypted zips, the same rows" wrapped .zip zip_encrypted --passphrase-file=pass
check "columns: a folder each, the same rows" wrapped .d folder

# CCLF as some gateways hand it on: names in lower case, in a folder, CRLF, no last newline
handed_on() {
    zip=P.F0001.ACO.ZCY21.D210228.T0102030
    mkdir -p on/in/folder && unzip -q -d on "$families/medicare/$zip" || return 1
    for file in on/P.*; do
        name=$(basename "$file" | tr '[:upper:]' '[:lower:]')
        sed 's/$/\r/' "$file" | head -c -2 >"on/in/folder/$name" || return 1
    done
    (cd on && zip -qr out.zip in && mv out.zip "$zip") || return 1
    feed=medicare-cclf options='' files=$families/medicare/$zip
    read_as as-sent && files=on/$zip && read_as as-handed-on || return 1
    for kind in claim_line coverage crosswalk; do # the order of files in the zip is another
        rows_of as-sent/$kind.arrow | sed 's/,[0-9]*,[0-9]*$//' | LC_ALL=C sort >one.csv
        rows_of as-handed-on/$kind.arrow | sed 's/,[0-9]*,[0-9]*$//' | LC_ALL=C sort >other.csv
        [ -s one.csv ] && cmp one.csv other.csv || return 1
    done
}
check "medicare: lower case, in folders, CRLF, no last newline: the same rows" handed_on

# The truth about the commercial payer is one in every form.
true_sums() {
    for form in cdl nh nh-replace columns columns-replace columns-restate columns-overpunch; do
        echo "$form $(awk -F, '$1 == "bcbsvt" { lines += $3; cents += $4 * 100 }
            END { printf "%d %.2f", lines, cents / 100 }' "$families/truth/sums.csv")"
    done >want
    awk -F' *[|] *' '$3 == "claim_line" { print $2, $5, $6 }' "$families/README.md" |
        grep -E '^(cdl|nh|columns)' | diff want -
}
check "the README's lines and sums that stand are the truth" true_sums

# What is in the files, for the bytes around it depend on zlib.
contents() { # DIR
    (cd "$1" && find . -type f ! -name README.md ! -name make.sh ! -path './feeds/*' | LC_ALL=C sort |
        while read -r file; do
            echo "$file"
            case $file in
            *.gz) gzip -dc "$file" | sha256sum ;;
            */medicare/*) unzip -Z1 "$file" && unzip -p "$file" | sha256sum ;;
            *) sha256sum <"$file" ;;
            esac
        done)
}
made_again() {
    mkdir again && "$families/make.sh" again && contents "$families" >want && contents again | diff want -
}
check "the samples are what hc-synth makes today" made_again
echo "1..$n"
