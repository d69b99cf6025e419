#!/bin/sh
# Several deliveries at once, and the files of one, read by one worker, by two with little memory,
# and by eight: the same files, the same words, the same status; damage in the middle included, and
# what stands behind it is as if nobody had looked. SMALL=1 reads less, for slow builds.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${HC_BUILD:-$root/build/release}/bin
HCTOOLS_PATH=$root LC_ALL=C TZ=UTC
export HCTOOLS_PATH LC_ALL TZ
unset TMPDIR
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
n=0 failed=0
same() { # SENTENCE STATUS OPTION...: of hc-ingest, in a folder with all deliveries
    what=$1 want=$2 ok=ok
    shift 2
    n=$((n + 1))
    for way in 1 2 8; do
        memory=256M
        [ $way != 2 ] || memory=64M
        rm -rf "${work:?}/$way" && mkdir "$work/$way" && cd "$work/$way" || exit 2
        ln -s ../in/* .
        # shellcheck disable=SC2046 # names they are
        "$bin/hc-ingest" --jobs=$way --memory=$memory "$@" $(ls ../in) >said 2>err </dev/null
        echo $? >status
        cd "$work" || exit 2
        [ $way = 1 ] || diff -r 1 $way >differ 2>&1 || ok='not ok'
    done
    [ "$(cat 1/status)" = "$want" ] || ok='not ok'
    echo "$ok $n - $what"
    [ "$ok" = ok ] && return
    failed=1
    { head -12 differ; echo "status $(cat 1/status), wanted $want"; head -5 1/err; } | sed 's/^/# /'
}

sample=$root/samples/families/cdl
deliveries() { # MONTH:TIMES...: as often the lines of that month's sample
    rm -rf "$work/in" && mkdir "$work/in"
    for what in "$@"; do
        name=BCBSVT_MC_${what%:*}.txt
        times=${what#*:}
        [ -z "${SMALL:-}" ] || times=$((times / 20 + 1))
        gzip -dc "$sample/$name.gz" | tr -d '\r' | awk -v times="$times" '
            NR <= 2 { print; next }
            /^TR/ { sub(/[0-9]*$/, ""); trailer = $0; next }
            { line[++lines] = $0 }
            END {
                for (n = 0; n < times; n++) for (i = 1; i <= lines; i++) print line[i]
                print trailer times * lines }' | gzip -1 >"$work/in/$name.gz"
    done
}
damage() { # MONTH: cut its file
    of=$work/in/BCBSVT_MC_$1.txt.gz
    head -c $(($(wc -c <"$of") * 2 / 3)) "$of" >"$work/cut" && mv "$work/cut" "$of"
}
spoil() { # MONTH TIMES: so many lines that are none, in front of the trailer
    of=$work/in/BCBSVT_MC_$1.txt
    gzip -dc "$of.gz" | awk -v times="$2" '
        /^TR/ { for (i = 0; i < times; i++) print "VT0001|x" i; sub(/[0-9]*$/, ""); print $0 NR - 3 + times; next }
        { print }' | gzip -1 >"$work/cut" && mv "$work/cut" "$of.gz"
}
cdl='--feed=apcd-cdl'

deliveries 202010:300 202011:1 202012:200 202101:3 202102:150 202103:1
same 'six files, the first the largest, into a folder' 0 $cdl --out-dir=out
same 'into one stream' 0 $cdl --kind=claim_line
same 'into 8 shards' 0 $cdl --out-dir=out --shards=8
same 'looked at only' 0 $cdl --check=json
bad=60000
[ -z "${SMALL:-}" ] || bad=600
spoil 202010 $bad
spoil 202012 $bad
spoil 202101 2
same 'more rejects than are listed' 3 $cdl --max-rejects=99% --out-dir=out
same 'more rejects than are allowed' 65 $cdl --max-rejects=$((bad + 9)) --out-dir=out
same 'rejects, looked at only' 65 $cdl --check --rejects=rejects.csv

deliveries 202010:200 202011:1 202012:20 202101:100 202102:1 202103:50
damage 202012
same 'a file in the middle is cut' 65 $cdl --out-dir=out
same 'the same, into one stream' 65 $cdl --kind=claim_line -o out.arrow
same 'the same, looked at only' 65 $cdl --check
damage 202102
spoil 202010 3
same 'two are cut: the first is told' 65 $cdl --max-rejects=9 --out-dir=out
same 'two are cut: both are told' 65 $cdl --check=json
damage 202010
same 'the large one in front is cut too' 65 $cdl --out-dir=out

rm -rf "$work/in" && cp -R "$root/samples/incoming/medicare" "$work/in"
cclf='--feed=medicare-cclf'
same 'zips with joins, into a folder' 0 $cclf --out-dir=out
same 'looked at only' 0 $cclf --check
mkdir "$work/in/folder" && (cd "$work/in/folder" && unzip -q ../P.F0001.ACO.ZCY20.D201128.T0102030) &&
    mv "$work/in/folder" "$work/in/P.F0001.ACO.ZCY20.D201128.T0102030x" &&
    rm "$work/in/P.F0001.ACO.ZCY20.D201128.T0102030" &&
    mv "$work/in/P.F0001.ACO.ZCY20.D201128.T0102030x" "$work/in/P.F0001.ACO.ZCY20.D201128.T0102030"
same 'zips and a folder' 0 $cclf --out-dir=out
of=$work/in/P.F0001.ACO.ZCY20.D201228.T0102030
head -c 3000 "$of" >"$work/cut" && mv "$work/cut" "$of"
same 'one zip of several is cut' 65 $cclf --out-dir=out
same 'one zip of several is cut, looked at only' 65 $cclf --check=json

# one delivery: its files are read side by side
one=P.F0001.ACO.ZCY20.D201228.T0102030
whole() { # the sample, as a zip by itself
    rm -rf "$work/in" "$work/files" && mkdir "$work/in" "$work/files" &&
        cp "$root/samples/incoming/medicare/$one" "$work/in" &&
        (cd "$work/files" && unzip -q "../in/$one")
}
pack() { # OPTION...: the files again, in order of name but for the first, which goes last
    rm -f "$work/in/$one"
    (cd "$work/files" && TZ=UTC find . -type f -exec touch -d 2021-01-01 {} + &&
        set -- "$@" "$work/in/$one.zip" && LC_ALL=C ls | sed '1{h;d};$G' | zip -q -X "$@" -@) &&
        mv "$work/in/$one.zip" "$work/in/$one"
}
grow() { # SUFFIX TIMES: its lines so often
    for grown in "$work"/files/*"$1"*; do
        for _ in $(seq "$2"); do cat "$grown"; done >"$work/grown" && mv "$work/grown" "$grown"
    done
}
whole
same 'the files of one zip' 0 $cclf --out-dir=out
same 'the files of one zip, looked at only' 0 $cclf --check=json
same 'the files of one zip, one kind' 0 $cclf --kind=coverage
pack -9
same 'the files of one zip in another order' 0 $cclf --out-dir=out
pack -0
same 'stored' 0 $cclf --out-dir=out
pack -P secret
echo secret >"$work/in/.pass"
same 'encrypted' 0 $cclf --passphrase-file=../in/.pass --out-dir=out
echo wrong >"$work/in/.pass"
same 'the passphrase does not fit' 77 $cclf --passphrase-file=../in/.pass --out-dir=out
rm "$work/in/.pass"
grow ZC2 40
grow ZC5 200
[ -n "${SMALL:-}" ] || grow ZC8 300
pack -1
same 'counts differ, rows are made nevertheless' 0 $cclf --accept=control-totals,repeated-amounts --out-dir=out
same 'counts differ, looked at only' 65 $cclf --check
(cd "$work/files" && for f in *ZC5*; do sed '7s/^/x/;9s/^/xx/' "$f" >"$work/f" && cp "$work/f" "$f"; done)
(cd "$work/files" && for f in *ZC8*; do sed '3s/$/yy/' "$f" >"$work/f" && cp "$work/f" "$f"; done)
pack -1
same 'records of two files are rejected' 3 $cclf --accept=control-totals,repeated-amounts --max-rejects=999999 --out-dir=out
same 'records of two files are rejected, looked at only' 65 $cclf --check=json --rejects=rejects.csv
of=$work/in/$one
printf 'damage' | dd of="$of" bs=1 seek=$(($(wc -c <"$of") / 2)) conv=notrunc 2>"$work/dd"
same 'a file in the middle of the zip is damaged' 65 $cclf --out-dir=out --max-rejects=999999
same 'the same, looked at only' 65 $cclf --check=json
printf 'damage' | dd of="$of" bs=1 seek=$(($(wc -c <"$of") / 5)) conv=notrunc 2>"$work/dd"
same 'two are damaged: the first is told' 65 $cclf --out-dir=out --max-rejects=999999
cp "$root"/samples/incoming/medicare/*D210128* "$work/in"
same 'and another zip behind it' 65 $cclf --check=json
whole
rm "$work/in/$one" && mv "$work/files" "$work/in/$one"
same 'the files of a folder' 0 $cclf --out-dir=out
same 'the files of a folder, looked at only' 0 $cclf --check=json
gzip -9n "$work/in/$one"/*ZC5* && for f in "$work/in/$one"/*ZC5*; do
    head -c 150 "$f" >"$work/f" && cp "$work/f" "$f"
done
same 'one of the files of a folder is cut' 65 $cclf --out-dir=out
# what is found by rows made while their file is read
rm -rf "$work/in" && mkdir -p "$work/in/nhx"
cp "$root/tests/golden/apcd-nh-positive-cancellation/nhx_PC_202011.txt" \
    "$root/tests/golden/apcd-nh-whole/nhx_ME_202011.txt" "$work/in/nhx"
nh='--feed=apcd-nh --accept=delivery-name,missing-file'
same 'a cancellation above 0 in one of the files of a folder' 65 $nh --out-dir=out
same 'the same, looked at only' 65 $nh --check=json
echo "1..$n"
exit $failed
