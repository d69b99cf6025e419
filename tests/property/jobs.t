#!/bin/sh
# Golden cases of hc-ingest, good and damaged: one worker with zlib and many with the fastest
# decoder leave the same files, say the same and end the same. Every third case, or with JOBS_ALL=1
# all of them.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${HC_BUILD:-$root/build/release}/bin
HCTOOLS_PATH=$root HC_ROOT=$root LC_ALL=C TZ=UTC
export HCTOOLS_PATH HC_ROOT LC_ALL TZ
unset TMPDIR
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
for way in one many; do
    mkdir -p "$work/$way/bin"
    ln -s "$bin"/* "$work/$way/bin/"
    rm "$work/$way/bin/hc-ingest"
done
printf '#!/bin/sh\nexec %s --jobs=1 --inflate=zlib "$@"\n' "$bin/hc-ingest" >"$work/one/bin/hc-ingest"
printf '#!/bin/sh\nexec %s --jobs=8 "$@"\n' "$bin/hc-ingest" >"$work/many/bin/hc-ingest"
chmod +x "$work"/*/bin/hc-ingest

cases=0 refused=0 wrong=0 seen=0
for case in "$root"/tests/golden/ingest-*/; do
    # lists what is given; packs a delivery itself, never twice the same
    grep -q -e --dry-run -e '\bzip ' "$case/cmd" && continue
    seen=$((seen + 1))
    [ -n "${JOBS_ALL:-}" ] || [ $((seen % 3)) = 0 ] || continue
    for way in one many; do
        mkdir "$work/$way/folder"
        cp -R "$case/." "$work/$way/folder"
        (cd "$work/$way/folder" && PATH=$work/$way/bin:$PATH sh ./cmd >.out 2>.err </dev/null
            echo $? >.status)
    done
    cases=$((cases + 1))
    grep -q '^65$' "$work/one/folder/.status" && refused=$((refused + 1))
    if ! diff -r "$work/one/folder" "$work/many/folder" >"$work/said" 2>&1; then
        wrong=$((wrong + 1))
        echo "# $(basename "$case")"
        head -10 "$work/said" | sed 's/^/# /'
    fi
    rm -rf "$work"/*/folder
done
ok=ok
[ "$cases" -gt 50 ] && [ "$refused" -gt 20 ] && [ $wrong = 0 ] || ok='not ok'
echo "$ok 1 - $cases cases, $refused of them refused: one worker or many, the same"

# Stopped while the other worker reads ahead: soon, as asked, and nothing is left.
mkdir "$work/stop" && cd "$work/stop" || exit 2
gzip -dc "$root/samples/families/cdl/BCBSVT_MC_202011.txt.gz" >lines
sed '1,2d;$d' lines >body
for _ in 1 2 3 4 5 6; do # to some 90 MB
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
