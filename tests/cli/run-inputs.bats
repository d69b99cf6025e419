#!/usr/bin/env bats
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

with_key() {
    printf 'k1\n' >in/identity.key
    sed -i 's#feed: \(medicare\|payer\),#feed: \1, identity_key: "${incoming}/identity.key",#' p.yaml
}

@test "no digest of a secret is written anywhere" {
    with_key
    hc-run p.yaml
    for sum in sha256sum sha1sum md5sum; do
        digest=$($sum <in/identity.key | cut -d' ' -f1)
        run grep -rl "$digest" .hc out
        is "$output" ""
    done
    is "$(stat -c '%a %s' .hc/small/salt)" "600 32"
    is "$(grep -c '"name": "identity.key"' out/small/manifest.json)" 1
    run hc-run p.yaml
    says "nothing to do"
    printf 'k2\n' >in/identity.key
    run reasons
    says "medicare/P.F1.T1: input changed: identity.key"
    says "payer/COM_MC_202011.txt: input changed: identity.key"
    lacks out/small/manifest.json "$(sha256sum <in/identity.key | cut -d' ' -f1)"
}

@test "an input is what it holds, however its path is spelled" {
    with_key
    hc-run p.yaml
    run hc-run p.yaml --set "incoming=$t/in/"
    says "nothing to do: 8 jobs unchanged"
    cp -r in copied
    cp -r rules others
    FAKE_RULES=$t/others run hc-run p.yaml --set incoming=copied
    says "nothing to do: 8 jobs unchanged"
}

@test "what lies beside the deliveries and matches no step is told" {
    sed -i 's#com/\*#com/*.txt#' p.yaml
    printf '1\n' >in/com/COM_MC_202012.TXT
    echo hello >in/com/notes
    touch in/com/.hidden
    run hc-run p.yaml
    [ "$status" -eq 0 ]
    says "hc-run: warning: 2 files in $t/in/com match no step: COM_MC_202012.TXT, notes"
    run hc-run p.yaml
    says "2 files in $t/in/com match no step"
    rm in/com/notes
    run hc-run p.yaml --dry-run
    says "1 file in $t/in/com matches no step: COM_MC_202012.TXT"
    for i in 1 2 3 4 5 6 7 8 9 10 11; do touch in/com/x$i; done
    run hc-run p.yaml
    says "x7 and 2 more"
}

@test "files that another step takes in are not stray" {
    mv in/com/* in/med
    sed -i 's#med/\*#med/P.*#; s#com/\*#med/COM*#' p.yaml
    run hc-run p.yaml
    is "$output" "hc-run: 8 jobs = 8 run + 0 unchanged; 1 files published in out/small"
}

@test "published files can be reached by whom the umask lets in" {
    umask 022
    hc-run p.yaml
    is "$(stat -c %a out out/small out/small/sums.csv out/small/manifest.json | xargs)" \
        "755 755 644 600"
    is "$(stat -c %a .hc .hc/small | xargs)" "700 700"
    sed 's/audience: public/audience: state/' p.yaml >q.yaml
    hc-run q.yaml --out=state
    is "$(stat -c %a state state/sums.csv | xargs)" "700 600"
}

@test "an output with ? is left out where the step makes none" {
    sed 's/in: \[medicare.claim_line/crosswalk: "medicare.crosswalk?", &/' p.yaml >q.yaml
    hc-run q.yaml
    lacks "$FAKE_LOG" crosswalk
    sed 's/in: \[medicare.claim_line/crosswalk: "medicare.coverage?", &/' p.yaml >q.yaml
    sed -i 's/medicare.coverage?/payer.coverage?/' q.yaml
    hc-run q.yaml
    grep -q 'crosswalk=.*/payer/COM_ME_202011.txt/coverage.arrow' "$FAKE_LOG"
    sed 's/in: \[medicare.claim_line/crosswalk: "medicare.crosswalk", &/' p.yaml >q.yaml
    fails 78 hc-run q.yaml
}

@test "payer-by-quarter.yaml is any payer's" {
    hc-synth --people=60 --seed=3 -o made
    unset HC_RUN_TOOLS_DIR
    export HCTOOLS_PATH=$top
    hc-run "$top/pipelines/payer-by-quarter.yaml" --set deliveries='made/incoming/bcbsvt/*.gz' \
        --set feed=commercial-apcd --set payer=bcbsvt --out=b --work-dir=bw
    [ "$(wc -l <b/paid.csv)" -gt 1 ]
    hc-run "$top/pipelines/payer-by-quarter.yaml" --set deliveries='made/incoming/medicare/*' \
        --set payer=medicare --out=m --work-dir=mw
    [ "$(wc -l <m/paid.csv)" -gt 1 ]
}
