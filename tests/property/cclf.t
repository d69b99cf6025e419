#!/bin/sh
# However a CCLF delivery is wrapped and ordered, its rows are the same; and the layouts of the
# feed are whole: each field begins where the one before it ends, the last where the record does.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
export LC_ALL=C
golden=$root/tests/golden
name=P.A0000.ACO.ZCY20.D201101.T0102030
rows() { # OPTION... DELIVERY: all rows of all kinds, without the entry and record they are from
    rm -rf "$work/out"
    hc-ingest -q --feed=medicare-cclf --out-dir="$work/out" "$@" || echo "status $?"
    for kind in claim_line coverage crosswalk; do
        hc-export --format=csv "$work/out/$kind.arrow" | sed 's/,[0-9]*,[0-9]*$//' | sort
    done
}
same() { # TEXT OPTION... DELIVERY
    text=$1
    shift
    rows "$@" >"$work/other.csv" 2>"$work/err"
    check "$text" cmp "$work/whole.csv" "$work/other.csv"
}
zipped() { # FOLDER INTO ZIP-OPTION...
    from=$1 into=$2
    shift 2
    rm -f "$work/one.zip"
    (cd "$from" && zip -q "$@" "$work/one.zip" -r .) && mv "$work/one.zip" "$into"
}

awk '
    /^  CCLF[1-9AB]:/ { file = $1; next_at = 1; files++ }
    /^    length:/ { length_of = $2 }
    file && match($0, /at: [0-9]+, len: [0-9]+, name: [A-Z0-9_]+/) {
        split(substr($0, RSTART, RLENGTH), part, /[ ,]+/)
        if (part[2] != next_at) print file, part[6], "begins at", part[2], "not", next_at
        next_at = part[2] + part[4]
        end[file] = next_at - 1
        told[file] = length_of
    }
    END {
        for (f in end) if (end[f] != told[f]) print f, "ends at", end[f], "of", told[f]
        if (files != 11) print files, "fixed-width files"
    }' "$root/pipelines/feeds/medicare-cclf.yaml" >"$work/gaps"
check "fields of all eleven fixed-width files follow each other to the record's end" \
    sh -c 'cat "$1"; test ! -s "$1"' sh "$work/gaps"

for case in prospective codes payments; do
    delivery=$golden/ingest-cclf-$case/$name
    rows "$delivery" >"$work/whole.csv" 2>"$work/err"
    check "$case: it has rows" test "$(wc -l <"$work/whole.csv")" -gt 6
    for order in tac sort 'sort -r'; do
        rm -rf "$work/m" "$work/to"
        mkdir "$work/m" "$work/to"
        (cd "$work/m" && unzip -q "$delivery" && for f in *ZC[1-9AB]*; do
            $order <"$f" >"$work/turned" && cp "$work/turned" "$f"
        done)
        zipped "$work/m" "$work/to/$name"
        same "$case: records of every file in another order ($order)" "$work/to/$name"
    done
done

delivery=$golden/ingest-whole/$name
rows "$delivery" >"$work/whole.csv" 2>"$work/err"
for case in crlf no-last-newline zip-other-order cclf-leftovers cclf-bom; do
    same "$case" "$golden/ingest-$case/$name"
done
cp "$golden/ingest-cclf-lower-case/$(echo $name | tr '[:upper:]' '[:lower:]')" "$work/$name"
same "names in lower case, in a folder of the zip" "$work/$name"
mkdir "$work/plain" "$work/gz" "$work/zst" "$work/mixed"
(cd "$work/plain" && unzip -q "$delivery")
(cd "$work/plain" && for f in *; do
    gzip -c "$f" >"$work/gz/$f.gz" && zstd -q "$f" -o "$work/zst/$f.zst"
done)
cp "$work"/gz/*[0-4]Y20* "$work/mixed" && cp "$work"/zst/*[5-9]Y20* "$work/mixed" &&
    cp "$work"/plain/*[AB]Y20* "$work/mixed"
for form in plain gz zst mixed; do
    mkdir -p "$work/folder" "$work/zip"
    rm -rf "$work/folder/$name"
    cp -R "$work/$form" "$work/folder/$name"
    same "a folder, $form" "$work/folder/$name"
    zipped "$work/$form" "$work/zip/$name"
    same "a zip, $form" "$work/zip/$name"
    zipped "$work/$form" "$work/zip/$name" -0 -P 'pass word'
    echo 'pass word' >"$work/pass"
    same "an encrypted zip, $form" --passphrase-file="$work/pass" "$work/zip/$name"
    rm -rf "$work/out"
    hc-ingest -q --feed=medicare-cclf --kind=claim_line --passphrase-file="$work/pass" --name=$name - \
        <"$work/zip/$name" 2>"$work/err" | hc-export --format=csv | sed 's/,[0-9]*,[0-9]*$//' | sort >"$work/piped"
    head -n "$(wc -l <"$work/piped")" "$work/whole.csv" | cmp - "$work/piped" >"$work/differ" 2>&1
    check "its claim lines from standard input, $form" test ! -s "$work/differ"
done
echo "1..$n"
