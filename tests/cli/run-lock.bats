#!/usr/bin/env bats
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

wait_for() {
    for _ in $(seq 100); do
        [ ! -e "$1" ] || return 0
        sleep 0.05
    done
    return 1
}

@test "a second run of a work folder is told who has it" {
    FAKE_SLEEP=2 hc-run p.yaml 3>&- &
    first=$!
    wait_for "$FAKE_LOG"
    fails 75 hc-run p.yaml
    says "hc-run: .hc/small: locked by pid $first since 20"
    kill $first
    wait $first || [ $? -eq 143 ]
    hc-run p.yaml
}

@test "the lock dies with its process, and so do the tools" {
    FAKE_SLEEP=30 hc-run p.yaml 3>&- &
    first=$!
    wait_for "$FAKE_LOG"
    kill -9 $first
    wait $first || true
    hc-run p.yaml
    [ -e out/small/manifest.json ]
}

@test "SIGTERM and SIGINT stop the tools; the next run goes on" {
    for pair in TERM:143 INT:130; do
        rm -rf .hc out "$FAKE_LOG"
        # a background job of a script ignores SIGINT, and so would hc-run
        FAKE_SLEEP=30 perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' hc-run p.yaml 3>&- &
        first=$!
        wait_for "$FAKE_LOG"
        kill -"${pair%:*}" $first
        code=0
        wait $first || code=$?
        is "$code" "${pair#*:}"
        [ ! -e out/small/manifest.json ]
        hc-run p.yaml
    done
}

@test "a work folder that everybody may write to is refused" {
    mkdir -p .hc/small
    chmod 777 .hc/small
    fails 77 hc-run p.yaml
    says "everybody may write to this work folder"
}

@test "leftovers of dead processes are swept" {
    hc-run p.yaml
    touch out/small/.sums.csv.999999.1.tmp .hc/small/data/final/.claim_line.arrow.999999.1.tmp \
        .hc/small/state/.final.json.999999.1.tmp
    hc-run p.yaml
    is "$(find .hc out -name '*.tmp')" ""
}
