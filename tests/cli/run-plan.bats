#!/usr/bin/env bats
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

@test "every fault of a plan is told at once, with file, line and column" {
    cat >p.yaml <<'YAML'
name: small
params: {incoming: in}
stepps: {}
steps:
  medicare: {tool: ingets, feed: medicare, in: "in/med/*"}
  payer:    {tool: ingest, feed: payer, inn: "in/com/*", retries: 3}
  final:    {tool: dedupe, in: [medicar.claim_line, "${nowhere}/x"]}
YAML
    fails 78 hc-run p.yaml
    is "$output" "hc-run: p.yaml:3:9: unknown key 'stepps'; did you mean 'steps'?
hc-run: p.yaml:5:20: there is no tool 'ingets'; did you mean 'ingest'?
hc-run: p.yaml:6:13: payer: ingest wants the key 'in'
hc-run: p.yaml:6:46: unknown key 'inn'; did you mean 'in'?
hc-run: p.yaml:6:67: retries: not supported yet
hc-run: p.yaml:7:33: there is no step 'medicar'; did you mean 'medicare'?
hc-run: p.yaml:7:53: \${nowhere}: no such parameter"
    [ ! -e .hc ]
    [ ! -e out ]
}

@test "keys of later versions are refused by name" {
    for key in retries timeout slurm what_if; do
        sed "s/tool: dedupe,/tool: dedupe, $key: 3,/" p.yaml >q.yaml
        fails 78 hc-run q.yaml
        says "$key: not supported yet"
    done
    fails 64 hc-run p.yaml --engine=slurm
    says "--engine=slurm: not supported yet"
}

@test "faults that only tools can see come with the others, before anything runs" {
    sed 's/feed: medicare/feed: no-such/; s/in: sums/in: final.ledgr/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "medicare: hc-ingest: no feed named 'no-such'"
    [ ! -e "$FAKE_LOG" ]
    sed 's/in: sums/in: final.ledgr/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "step final has no output 'ledgr'; it has final.claim_line, final.ledger"
    sed 's/in: payer.coverage/in: payer/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "payer: say which output: payer.claim_line, payer.coverage"
    [ ! -e "$FAKE_LOG" ]
}

@test "steps that wait for each other are refused" {
    sed 's/in: payer.coverage/in: final/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "people: depends on itself, or on steps that do"
}

@test "a missing input alone is 66, naming the pattern" {
    rm -r in/com
    fails 66 hc-run p.yaml
    is "$output" "hc-run: p.yaml:5:45: $t/in/com/*: no such file"
}

@test "a folder that is not there is one line a path, whoever wants it" {
    sed -i 's#feed: \(medicare\|payer\),#feed: \1, identity_key: "${incoming}/key",#' p.yaml
    fails 66 hc-run p.yaml --set incoming=nosuch
    is "$(echo "$output" | sed 's/^hc-run: p.yaml:[0-9:]* //')" "nosuch/med/*: no such file
nosuch/key: no such file
nosuch/com/*: no such file"
    [ ! -e "$FAKE_LOG" ]
    [ ! -e .hc ]
}

@test "two deliveries of one name are refused, one named twice is one" {
    sed "s#in: \"\${incoming}/med/\\*\"#in: [\"\${incoming}/med/*\", $t/in/med/P.F1.T1]#" p.yaml >q.yaml
    run hc-run q.yaml --dry-run
    [ "$(echo "$output" | grep -c P.F1.T1)" -eq 1 ]
    mkdir in/other
    cp in/med/P.F1.T1 in/other
    sed "s#in: \"\${incoming}/med/\\*\"#in: [\"\${incoming}/med/*\", \"\${incoming}/other/*\"]#" p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "two deliveries are named 'P.F1.T1'"
}

@test "parameters come from params, --set and the environment" {
    fails 64 hc-run p.yaml --set incomming=x
    says "the pipeline has no parameter 'incomming'; did you mean 'incoming'?"
    sed 's/payer: com}/payer: "${ENV:PAYER}"}/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "\${ENV:PAYER}: there is no such environment variable"
    PAYER=other hc-run q.yaml
    grep -q 'set=payer=other' "$FAKE_LOG"
    hc-run p.yaml --set payer=third
    grep -q 'set=payer=third' "$FAKE_LOG"
    sed 's/payer: com}/payer: }/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
    says "\${payer}: has no value; give one with --set payer=VALUE"
}

@test "what is published stays inside the folder of published files" {
    for place in ../x.csv /tmp/x.csv '${out}/../x.csv' '${out}/manifest.json'; do
        sed "s#out: .*}#out: \"$place\"}#" p.yaml >q.yaml
        fails 78 hc-run q.yaml
        says "out: expected a file inside \${out}"
    done
}

@test "a tool that is not there is a fault of the plan" {
    rm bin/hc-dedupe
    fails 78 hc-run p.yaml
    says "final: there is no hc-dedupe in $t/bin"
}

@test "the graph as text, dot and mermaid" {
    run hc-run p.yaml --graph=text
    is "$output" "medicare (hc-ingest, 2 deliveries)
payer (hc-ingest, 2 deliveries)
people (hc-identify) <- payer.coverage
final (hc-dedupe) <- medicare.claim_line, payer.claim_line, people.member
sums (hc-aggregate) <- final, people.coverage
public (hc-export) <- sums -> sums.csv"
    run hc-run p.yaml --graph=dot
    says '"medicare" -> "final" [label="claim_line"];'
    run hc-run p.yaml --graph=mermaid
    says 'medicare -->|claim_line| final'
    fails 64 hc-run p.yaml --graph=svg
}

@test "a dry run says what would run and why, and writes nothing" {
    run hc-run p.yaml --dry-run
    [ "$status" -eq 0 ]
    says "medicare/P.F1.T1: not run before"
    says "final: after medicare"
    [ ! -e .hc ]
    [ ! -e "$FAKE_LOG" ]
    run hc-run p.yaml --dry-run=json
    says '"tool": "hc-run"'
    says "\"path\": \"$t/in/med/P.F1.T1\""
}

@test "--accounts is not among the options: the manifest holds the books" {
    run hc-run --help
    [ "$(echo "$output" | grep -c '^ *--accounts')" -eq 0 ]
    fails 64 hc-run p.yaml --accounts=books
    run hc-synth --help
    [ "$(echo "$output" | grep -c '^ *--accounts')" -eq 0 ]
    fails 64 hc-synth --accounts=books -o made
}
