#!/bin/sh
# Golden cases of hc-ingest, good and damaged: one worker with zlib, two and many with the fastest
# decoder leave the same files, say the same and end the same. Every third case, with JOBS_ALL=1
# all of them, with SMALL=1 few, for slow builds.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${HC_BUILD:-$root/build/release}/bin
HCTOOLS_PATH=$root HC_ROOT=$root LC_ALL=C TZ=UTC
export HCTOOLS_PATH HC_ROOT LC_ALL TZ
unset TMPDIR
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
for way in one two many; do
    mkdir -p "$work/$way/bin"
    ln -s "$bin"/* "$work/$way/bin/"
    rm "$work/$way/bin/hc-ingest"
done
printf '#!/bin/sh\nexec %s --jobs=1 --inflate=zlib "$@"\n' "$bin/hc-ingest" >"$work/one/bin/hc-ingest"
printf '#!/bin/sh\nexec %s --jobs=2 "$@"\n' "$bin/hc-ingest" >"$work/two/bin/hc-ingest"
printf '#!/bin/sh\nexec %s --jobs=8 "$@"\n' "$bin/hc-ingest" >"$work/many/bin/hc-ingest"
chmod +x "$work"/*/bin/hc-ingest

cases=0 refused=0 wrong=0 seen=0 every=3 least=20
[ -z "${JOBS_ALL:-}" ] || every=1
[ -z "${SMALL:-}" ] || { every=12 least=3; }
for case in "$root"/tests/golden/ingest-*/; do
    # lists what is given; packs a delivery itself, never twice the same
    grep -q -e --dry-run -e '\bzip ' "$case/cmd" && continue
    seen=$((seen + 1))
    [ $((seen % every)) = 0 ] || continue
    for way in one two many; do
        mkdir "$work/$way/folder"
        cp -R "$case/." "$work/$way/folder"
        (cd "$work/$way/folder" && PATH=$work/$way/bin:$PATH sh ./cmd >.out 2>.err </dev/null
            echo $? >.status)
    done
    cases=$((cases + 1))
    grep -q '^65$' "$work/one/folder/.status" && refused=$((refused + 1))
    for way in two many; do
        diff -r "$work/one/folder" "$work/$way/folder" >"$work/said" 2>&1 && continue
        wrong=$((wrong + 1))
        echo "# $(basename "$case")"
        head -10 "$work/said" | sed 's/^/# /'
    done
    rm -rf "$work"/*/folder
done
ok=ok
[ "$cases" -gt $((2 * least)) ] && [ "$refused" -gt "$least" ] && [ $wrong = 0 ] || ok='not ok'
echo "$ok 1 - $cases cases, $refused of them refused: one worker, two or many, the same"

# Stopped while the other worker reads ahead: soon, as asked, and nothing is left.
mkdir "$work/stop" && cd "$work/stop" || exit 2
gzip -dc "$root/samples/families/cdl/BCBSVT_MC_202011.txt.gz" >lines
sed '1,2d;$d' lines >body
for _ in 1 2 3 4 ${SMALL:-5 6}; do # to some 90 MB
    cat body body body body >grown && mv grown body
done
{ head -2 lines && cat body; } | gzip -1 >BCBSVT_MC_202011.txt.gz
rm -f lines body
stopped='not ok' status=0
for wait in 0.5 0.2 0.1; do
    "$bin/hc-ingest" --feed=apcd-cdl --jobs=2 --max-rejects=99% --out-dir=out BCBSVT_MC_202011.txt.gz 2>err &
    pid=$!
    sleep $wait
    kill -TERM $pid 2>/dev/null
    status=0
    wait $pid || status=$?
    [ "$status" = 143 ] && [ -z "$(find . -name '*.arrow')" ] && stopped=ok && break
done
echo "$stopped 2 - stopped by SIGTERM: status $status, nothing is left"
[ $stopped = ok ] || sed 's/^/# /' err
echo 1..2
[ "$ok$stopped" = okok ]
