#!/bin/sh
# Killed at any moment and run again, hc-run ends in the same bytes as a run left alone, and
# leaves no temporary file (the salt of a work folder is random, its history has times). KILLS
# says how many kills (10; `make check-kill` 100); each is followed by a resume, which every
# third time is killed too.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
cd "$t"
. "$top/tests/run/state.sh"
fake_state
kills=${KILLS:-10}
echo "1..$kills"

digest() {
    (cd "$1" && find . -type f ! -name manifest.json ! -name lock ! -name salt \
        ! -name history.jsonl ! -path './log/*' ! -path './state/*' ! -path './accounts/*' | LC_ALL=C sort | xargs sha256sum)
}
hc-run p.yaml -q --work-dir=whole --out=whole.out
want="$(digest whole) $(digest whole.out)"
start=$(date +%s%N)
hc-run p.yaml -q --work-dir=timed --out=timed.out -j2
span=$((($(date +%s%N) - start) / 1000)) # microseconds of a whole run
seed=${SEED:-1}

# Kill a run after a random time; false when it was done before. Where every try comes too
# late, the times get shorter.
killed() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    at=$((seed / 7 % (span / $1)))
    hc-run p.yaml -q -j2 --work-dir=work --out=out 2>>err &
    sleep "$(printf '%d.%06d' $((at / 1000000)) $((at % 1000000)))"
    kill -9 $! 2>/dev/null || true
    code=0
    wait $! 2>/dev/null || code=$?
    [ $code -eq 137 ] || [ $code -eq 0 ] || echo "# a run ended with $code: $(tail -1 err)"
    [ $code -eq 137 ]
}

for kill in $(seq "$kills"); do
    short=1
    rm -rf work out
    while ! killed $short; do
        short=$((short + 1))
        rm -rf work out
    done
    times=1
    if [ $((kill % 3)) -eq 0 ] && killed 2; then
        times=2
    fi
    code=0
    hc-run p.yaml -q --work-dir=work --out=out 2>>err || code=$?
    got="$(digest work) $(digest out)"
    left=$(find work out -name '.*.tmp' | wc -l)
    if [ $code -eq 0 ] && [ "$got" = "$want" ] && [ "$left" -eq 0 ] && [ -e out/manifest.json ]
    then
        echo "ok $kill - killed ${times}x, last after $at us, then run: the same bytes"
    else
        echo "not ok $kill - killed ${times}x, $left temporary files, $code $(tail -1 err)"
    fi
done
