#!/bin/sh
# However deliveries came, were corrected, withdrawn and taken back, and whenever hc-run was
# killed meanwhile: what is published is what a new work folder makes of the deliveries that
# count in the end. STEPS says how many changes (8), SEED which.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cd "$t"
. "$top/tests/run/state.sh"
fake_state
steps=${STEPS:-8}
seed=${SEED:-1}
echo "1..$((steps + 1))"

draw() { # draw N: sets $drawn to 0..N-1
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    drawn=$((seed / 65536 % $1))
}
run() { # run OPTION...: to the end, after being killed at some moment, or not
    draw 3
    if [ "$drawn" -gt 0 ]; then
        draw 400
        hc-run p.yaml -q -j2 "$@" 2>>err &
        sleep "$(printf '0.%03d' "$drawn")"
        kill -9 $! 2>/dev/null || true
        wait $! 2>/dev/null || true
        killed=", killed after $drawn ms"
    fi
    code=0
    hc-run p.yaml -q -j2 "$@" 2>err || code=$?
}
some() { # some FOLDER: a delivery of it, or nothing
    count=$(find "$1" -type f | wc -l)
    [ "$count" -gt 0 ] || { name=; return; }
    draw "$count"
    name=$(find "$1" -type f | LC_ALL=C sort | sed -n "$((drawn + 1))p")
    name=${name##*/}
}

mkdir -p model/med aside # deliveries that count; those that were withdrawn
cp in/med/* model/med
hc-run p.yaml -q
for step in $(seq "$steps"); do
    killed=
    draw 6
    case $drawn in
    0 | 1)
        what="a new month"
        echo $((1000 + step)) >"in/med/P.F1.N$step"
        cp "in/med/P.F1.N$step" model/med
        run
        ;;
    2)
        some model/med
        what="a correction of $name"
        printf '%d\n%d\n' $((2000 + step)) $((3000 + step)) >"in/med/$name"
        cp "in/med/$name" model/med
        run "--replace=$name"
        ;;
    3)
        some model/med
        what="a withdrawal of $name"
        if [ "$(find model/med -type f | wc -l)" -gt 1 ]; then
            mv "model/med/$name" aside
            draw 2
            [ "$drawn" -eq 0 ] || rm "in/med/$name"
            run "--withdraw=$name"
        else
            what="the same again"
            run
        fi
        ;;
    4)
        some aside
        what="$name taken back"
        if [ "$name" ]; then
            draw 2
            [ "$drawn" -eq 0 ] || echo $((4000 + step)) >>"aside/$name"
            cp "aside/$name" in/med
            mv "aside/$name" model/med
            run "--replace=$name"
        else
            what="nothing to take back"
            run
        fi
        ;;
    5)
        some model/med
        what="$name changed by mistake"
        cp "in/med/$name" right
        echo $((5000 + step)) >>"in/med/$name"
        run
        [ $code -eq 65 ] || echo "# it was not refused: $code"
        cp right "in/med/$name"
        run
        ;;
    esac
    rm -rf fresh fresh.out
    mkdir -p fresh.in && rm -rf fresh.in/med fresh.in/com
    cp -r model/med fresh.in/med && cp -r in/com fresh.in/com
    hc-run p.yaml -q --set incoming=fresh.in --work-dir=fresh --out=fresh.out
    if [ $code -eq 0 ] && cmp -s fresh.out/sums.csv out/small/sums.csv &&
        cmp -s fresh/data/final/claim_line.arrow .hc/small/data/final/claim_line.arrow &&
        [ "$(find .hc out -name '.*.tmp' | wc -l)" -eq 0 ] && [ -e out/small/manifest.json ]
    then
        echo "ok $step - $what$killed: as a new work folder has it"
    else
        echo "not ok $step - $what$killed: $code $(tail -1 err)"
    fi
done
counted() {
    hc-run p.yaml --history=json | jq -rs '[group_by(.step + "/" + .delivery)[] | .[-1] |
        select(.step == "medicare" and .action != "withdrawn") | .delivery] | sort[]'
}
if [ "$(counted)" = "$(find model/med -type f | sed 's#.*/##' | LC_ALL=C sort)" ]; then
    echo "ok $((steps + 1)) - the history tells which deliveries count"
else
    echo "not ok $((steps + 1)) - the history tells which deliveries count"
fi
