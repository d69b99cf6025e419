#!/usr/bin/env bats
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

@test "a second run does nothing and says so" {
    run hc-run p.yaml
    is "$output" "hc-run: 8 jobs = 8 run + 0 unchanged; 1 files published in out/small"
    cp out/small/manifest.json before
    : >"$FAKE_LOG"
    run hc-run p.yaml
    [ "$status" -eq 0 ]
    is "$output" "hc-run: nothing to do: 8 jobs unchanged, all published"
    [ ! -s "$FAKE_LOG" ]
    cmp before out/small/manifest.json
}

@test "a new delivery costs itself and what depends on it" {
    hc-run p.yaml
    echo 9 >in/med/P.F1.T3
    run reasons
    is "$(echo "$output" | sed 's/ (sha256.*//')" "medicare/P.F1.T3: new delivery
final: new input: medicare.claim_line/P.F1.T3
sums: input changed: final.claim_line
public: input changed: sums.measure"
    grep -qx 9 out/small/sums.csv
}

@test "a changed delivery reruns what depends on it and says why" {
    hc-run p.yaml
    echo 8 >>in/med/P.F1.T2
    run reasons --replace=P.F1.T2
    says "medicare/P.F1.T2: input changed: P.F1.T2 (sha256 "
    says "final: input changed: medicare.claim_line/P.F1.T2 (sha256 "
    says "sums: input changed: final.claim_line"
    says "public: input changed: sums.measure"
    is "$(echo "$output" | wc -l)" 4
    grep -qx 8 out/small/sums.csv
}

@test "a delivery only touched is read again, and nothing else happens" {
    touch -d '2020-01-01' in/med/*
    hc-run p.yaml
    : >"$FAKE_LOG"
    touch -d '2020-01-02' in/med/P.F1.T2
    run hc-run p.yaml -v
    says "medicare/P.F1.T2: P.F1.T2: touched, same bytes"
    says "nothing to do: 8 jobs unchanged"
    [ ! -s "$FAKE_LOG" ]
    run hc-run p.yaml -v
    is "$output" "hc-run: nothing to do: 8 jobs unchanged, all published"
}

@test "a step taken away is told once" {
    hc-run p.yaml
    sed '/payer:  /d; s/, payer.claim_line//; s/payer.coverage/medicare.claim_line/' p.yaml >q.yaml
    run hc-run q.yaml
    says "hc-run: warning: 2 deliveries of the last run are no longer counted: payer/COM_MC_202011.txt, payer/COM_ME_202011.txt"
    run hc-run q.yaml
    says "nothing to do"
    lacks <(echo "$output") warning
}

@test "an option, a rule file and a tool that changed are reasons" {
    hc-run p.yaml
    run reasons --set payer=other
    says "payer/COM_MC_202011.txt: option changed: --set=payer=other"
    is "$(echo "$output" | wc -l)" 2 # the same bytes came out: nothing behind it runs
    hc-run p.yaml --set payer=other -q
    echo '# more' >>rules/medicare.yaml
    run reasons --set payer=other
    says "medicare/P.F1.T1: rule file changed: $t/rules/medicare.yaml"
    is "$(echo "$output" | wc -l)" 2
    echo '# another build' >>bin/hc-dedupe
    run reasons --set payer=other
    is "$output" "final: tool changed: hc-dedupe"
}

@test "an intermediate that is gone or altered is made again" {
    hc-run p.yaml
    rm .hc/small/data/final/ledger.arrow
    run reasons
    is "$output" "final: output missing: ledger.arrow"
    echo 5 >>.hc/small/data/sums/measure.arrow
    run reasons
    is "$output" "sums: output changed: measure.arrow"
}

@test "after another boot intermediates are read before they are used" {
    hc-run p.yaml
    sed -i 's/"boot": "[^"]*"/"boot": "another"/' .hc/small/state/*.json
    run hc-run p.yaml
    says "nothing to do"
    sed -i 's/"boot": "[^"]*"/"boot": "another"/' .hc/small/state/*.json
    file=.hc/small/data/final/claim_line.arrow
    touch -r $file stamp
    sed 's/200/300/' $file >other && cat other >$file && touch -r stamp $file
    run reasons
    is "$output" "final: output changed: claim_line.arrow"
}

@test "a record that was cut off counts as none" {
    hc-run p.yaml
    truncate -s 100 .hc/small/state/final.json
    run reasons
    is "$output" "final: not run before"
}

@test "a published file that is gone or altered is published again" {
    hc-run p.yaml
    cp out/small/sums.csv before
    echo x >>out/small/sums.csv
    run hc-run p.yaml
    is "$output" "hc-run: 8 jobs = 0 run + 8 unchanged; 1 files published in out/small"
    cmp before out/small/sums.csv
    echo x >>out/small/sums.csv
    run hc-run p.yaml -v
    says "hc-run: out/small/sums.csv: output altered since it was published"
    rm out/small/manifest.json
    run hc-run p.yaml -v
    says "hc-run: out/small/manifest.json: output removed since it was published"
    [ -e out/small/manifest.json ]
}

@test "a work folder can be moved" {
    hc-run p.yaml
    mv .hc/small elsewhere
    run hc-run p.yaml --work-dir=elsewhere
    says "nothing to do: 8 jobs unchanged"
}

@test "--force runs everything, --only one step, --from what follows it" {
    fails 66 hc-run p.yaml --only=final
    says "step medicare/P.F1.T1: it has not been run"
    hc-run p.yaml
    is "$(reasons --force | wc -l)" 8
    echo 8 >>in/med/P.F1.T2
    fails 65 hc-run p.yaml --only=medicare
    run reasons --only=medicare --replace=P.F1.T2
    says "medicare/P.F1.T2: input changed"
    is "$(echo "$output" | wc -l)" 1
    lacks out/small/sums.csv "^8$"
    echo 6 >>in/com/COM_MC_202011.txt
    run reasons --from=final
    says "final: input changed: medicare.claim_line/P.F1.T2"
    lacks out/small/sums.csv "^6$"
    grep -qx 8 out/small/sums.csv
    fails 64 hc-run p.yaml --only=finale
    fails 64 hc-run p.yaml --only=final --from=final
}
