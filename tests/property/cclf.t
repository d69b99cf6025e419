#!/bin/sh
# However a CCLF delivery is wrapped and ordered, its rows are the same; and the layouts of the
# feed are whole: each field begins where the one before it ends, the last where the record does.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=${HC_BUILD:-$root/build/release}/bin:$PATH HCTOOLS_PATH=$root LC_ALL=C
export PATH HCTOOLS_PATH LC_ALL
golden=$root/tests/golden
name=P.A0000.ACO.ZCY20.D201101.T0102030
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
rows() { # OPTION... DELIVERY: all rows of all kinds, without the entry and record they are from
    rm -rf "$t/out"
    hc-ingest -q --feed=medicare-cclf --out-dir="$t/out" "$@" || echo "status $?"
    for kind in claim_line coverage crosswalk; do
        hc-export --format=csv "$t/out/$kind.arrow" | sed 's/,[0-9]*,[0-9]*$//' | sort
    done
}
same() { # TEXT OPTION... DELIVERY
    text=$1
    shift
    rows "$@" >"$t/other.csv" 2>"$t/err"
    ok "$text" cmp "$t/whole.csv" "$t/other.csv"
}
zipped() { # FOLDER INTO ZIP-OPTION...
    from=$1 into=$2
    shift 2
    rm -f "$t/one.zip"
    (cd "$from" && zip -q "$@" "$t/one.zip" -r .) && mv "$t/one.zip" "$into"
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
    }' "$root/pipelines/feeds/medicare-cclf.yaml" >"$t/gaps"
ok "fields of all eleven fixed-width files follow each other to the record's end" \
    sh -c 'cat "$1"; test ! -s "$1"' sh "$t/gaps"

for case in prospective codes payments; do
    delivery=$golden/ingest-cclf-$case/$name
    rows "$delivery" >"$t/whole.csv" 2>"$t/err"
    ok "$case: it has rows" test "$(wc -l <"$t/whole.csv")" -gt 6
    for order in tac sort 'sort -r'; do
        rm -rf "$t/m" "$t/to"
        mkdir "$t/m" "$t/to"
        (cd "$t/m" && unzip -q "$delivery" && for f in *ZC[1-9AB]*; do
            $order <"$f" >"$t/turned" && cp "$t/turned" "$f"
        done)
        zipped "$t/m" "$t/to/$name"
        same "$case: records of every file in another order ($order)" "$t/to/$name"
    done
done

delivery=$golden/ingest-whole/$name
rows "$delivery" >"$t/whole.csv" 2>"$t/err"
for case in crlf no-last-newline zip-other-order cclf-leftovers cclf-bom; do
    same "$case" "$golden/ingest-$case/$name"
done
cp "$golden/ingest-cclf-lower-case/$(echo $name | tr '[:upper:]' '[:lower:]')" "$t/$name"
same "names in lower case, in a folder of the zip" "$t/$name"
mkdir "$t/plain" "$t/gz" "$t/zst" "$t/mixed"
(cd "$t/plain" && unzip -q "$delivery")
(cd "$t/plain" && for f in *; do
    gzip -c "$f" >"$t/gz/$f.gz" && zstd -q "$f" -o "$t/zst/$f.zst"
done)
cp "$t"/gz/*[0-4]Y20* "$t/mixed" && cp "$t"/zst/*[5-9]Y20* "$t/mixed" &&
    cp "$t"/plain/*[AB]Y20* "$t/mixed"
for form in plain gz zst mixed; do
    mkdir -p "$t/folder" "$t/zip"
    rm -rf "$t/folder/$name"
    cp -R "$t/$form" "$t/folder/$name"
    same "a folder, $form" "$t/folder/$name"
    zipped "$t/$form" "$t/zip/$name"
    same "a zip, $form" "$t/zip/$name"
    zipped "$t/$form" "$t/zip/$name" -0 -P 'pass word'
    echo 'pass word' >"$t/pass"
    same "an encrypted zip, $form" --passphrase-file="$t/pass" "$t/zip/$name"
    rm -rf "$t/out"
    hc-ingest -q --feed=medicare-cclf --kind=claim_line --passphrase-file="$t/pass" --name=$name - \
        <"$t/zip/$name" 2>"$t/err" | hc-export --format=csv | sed 's/,[0-9]*,[0-9]*$//' | sort >"$t/piped"
    head -n "$(wc -l <"$t/piped")" "$t/whole.csv" | cmp - "$t/piped" >"$t/differ" 2>&1
    ok "its claim lines from standard input, $form" test ! -s "$t/differ"
done
echo "1..$count"
exit $((failed > 0))
