#!/usr/bin/env bats
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

# Nothing was published: no file but, where there was one, the old.
nothing_published() {
    [ ! -e out/small/sums.csv ] && [ ! -e out/small/manifest.json ]
}

@test "a step that reads a row less than was made publishes nothing" {
    FAKE_DROP=hc-dedupe fails 70 hc-run p.yaml
    says "step final: 6 rows of claim_line were made, 3 were read"
    nothing_published
    [ ! -e .hc/small/state/final.json ]
}

@test "a stream altered between two steps publishes nothing" {
    FAKE_ALTER=hc-aggregate fails 65 hc-run p.yaml
    says "step sums: 6 rows of claim_line were made, 5 were read"
    says "hint: .hc/small/data/final/claim_line.arrow is not what the step before wrote"
    nothing_published
}

@test "accounts that do not balance publish nothing" {
    FAKE_LIE=hc-dedupe fails 70 hc-run p.yaml
    says "final.json: step final: the tool's accounts do not balance"
    nothing_published
}

@test "a breach leaves what was published before as it was" {
    hc-run p.yaml
    cp -r out/small before
    echo 8 >>in/med/P.F1.T2
    FAKE_DROP=hc-aggregate fails 70 hc-run p.yaml --replace=P.F1.T2
    diff -r before out/small
    hc-run p.yaml
    grep -qx 8 out/small/sums.csv
}

@test "the first failing tool's status and message are passed on" {
    FAKE_DIE="65 hc-ingest" fails 65 hc-run p.yaml -j2
    says "hc-ingest: some.zip:7: paid: expected an amount"
    says "hc-run: step medicare/P.F1.T1: hc-ingest ended with 65"
    nothing_published
    FAKE_DIE="75 hc-aggregate" fails 75 hc-run p.yaml
    FAKE_DIE="137 hc-aggregate" fails 70 hc-run p.yaml
}

@test "what a step warns of is told by the run in which it ran" {
    export FAKE_WARN=hc-dedupe
    run hc-run p.yaml
    is "$status ${lines[0]}" "0 hc-run: warning: step final: 2 lines are odd: one, two"
    run hc-run p.yaml
    is "$output" "hc-run: nothing to do: 8 jobs unchanged, all published"
    run hc-run p.yaml --force --log-format=json
    says '"level": "warning", "message": "step final: 2 lines are odd: one, two"}'
    run hc-run p.yaml --force -q
    is "$output" ""
}

@test "3 is done, and hc-run ends with it, also when nothing is to do" {
    FAKE_REJECT=hc-ingest fails 3 hc-run p.yaml
    [ -e out/small/manifest.json ]
    fails 3 hc-run p.yaml
    says "nothing to do"
}

@test "the manifest holds inputs, books, digests and what is PHI" {
    hc-run p.yaml
    m=out/small/manifest.json
    sum=$(sha256sum <in/med/P.F1.T1 | cut -d' ' -f1)
    grep -q "{\"name\": \"P.F1.T1\", \"sha256\": \"$sum\", \"bytes\": 8}" $m
    sum=$(sha256sum <out/small/sums.csv | cut -d' ' -f1)
    grep -q "{\"name\": \"sums.csv\", \"sha256\": \"$sum\", \"bytes\": 24}" $m
    grep -q '{"step": "final", "kind": "claim_line", "rows": 6, "sums": {"paid": "318"}}' $m
    jq -e '.phi | index(".hc/small/data/final")' $m >/dev/null
    jq -e '.jobs[].outputs[] | select(.name == "ledger.arrow") | .phi' $m >/dev/null
    jq -e .balanced $m >/dev/null
}

@test "a value of the environment and a key's digest stay out of the manifest" {
    echo 0011 >identity.key
    sed 's/payer: com}/payer: "${ENV:PAYER}"}/; s/feed: payer,/feed: payer, identity_key: identity.key,/' \
        p.yaml >q.yaml
    PAYER=hush hc-run q.yaml
    grep -q '"payer": "${ENV:PAYER}"' out/small/manifest.json
    grep -q '{"name": "identity.key", "sha256": null' out/small/manifest.json
    lacks out/small/manifest.json "$(sha256sum <identity.key | cut -d' ' -f1)"
}

@test "files are for their owner, what is public by the caller's umask" {
    umask 022
    hc-run p.yaml
    is "$(stat -c %a out/small/sums.csv)" 644
    is "$(stat -c %a .hc/small)" 700
    is "$(find .hc -type f -perm /077 | wc -l)" 0
}
