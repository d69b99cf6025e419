#!/usr/bin/env bats
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

# Everything but times: published files, receipts, ledgers, intermediates.
digest() {
    (cd "$1" && find . -type f ! -name manifest.json | LC_ALL=C sort | xargs sha256sum)
}

@test "one process or two, other locale, time zone and order: the same bytes" {
    hc-run p.yaml -j1 --work-dir=w1 --out=o1
    hc-run p.yaml -j2 --work-dir=w2 --out=o2
    LC_ALL=de_DE.UTF-8 TZ=Pacific/Auckland hc-run p.yaml -j3 --work-dir=w3 --out=o3
    sed 's/\[medicare.claim_line, payer.claim_line\]/[payer.claim_line, medicare.claim_line]/' \
        p.yaml >q.yaml
    hc-run q.yaml --work-dir=w4 --out=o4 --memory=64M
    for i in 2 3 4; do
        is "$(digest "o$i")" "$(digest o1)"
        is "$(digest "w$i/data")" "$(digest w1/data)"
    done
}

@test "another share of memory or number of processes is no reason to run" {
    hc-run p.yaml -j1
    run hc-run p.yaml -j4 --memory=1G
    says "nothing to do"
}
