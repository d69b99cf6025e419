#!/usr/bin/env bats
# What a work folder remembers of deliveries: received, replaced, withdrawn.
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

# Events of the history as "ACTION STEP/DELIVERY", in order.
events() {
    hc-run p.yaml --history=json | jq -r '.action + " " + .step + "/" + .delivery'
}

short() { # the first digits of a file's digest
    sha256sum <"$1" | cut -c1-8
}

@test "what was received is written down, with its receipt" {
    hc-run p.yaml
    is "$(events)" "received medicare/P.F1.T1
received medicare/P.F1.T2
received payer/COM_MC_202011.txt
received payer/COM_ME_202011.txt"
    is "$(stat -c %a .hc/small/history.jsonl)" 600
    line=$(grep T2 .hc/small/history.jsonl)
    is "$(jq -r '[.feed, .sha256, .bytes, .rows] | join(" ")' <<<"$line")" \
        "medicare $(sha256sum <in/med/P.F1.T2 | cut -d' ' -f1) 7 3"
    cmp ".hc/small/receipts/$(jq -r .receipt <<<"$line").json" \
        .hc/small/data/medicare/P.F1.T2/receipt.json
    cp .hc/small/history.jsonl before
    hc-run p.yaml
    hc-run p.yaml --force
    cmp before .hc/small/history.jsonl
    run hc-run p.yaml --history
    is "$(echo "$output" | sed -n 3p | sed 's/^[^ ]* *//')" \
        "received  medicare  P.F1.T2                7     3  accepted  $(short in/med/P.F1.T2)  $(jq -r .receipt[:8] <<<"$line")"
    says "a receipt: hc-view .hc/small/receipts/RECEIPT*.json"
}

@test "what a delivery was accepted with is told, and stays to be read" {
    FAKE_EXCEPTION="CDLME009 filled 0.00 % against 50 %" run hc-run p.yaml
    is "$status" 0
    says "hc-run: warning: medicare/P.F1.T2: populated: CDLME009 filled 0.00 % against 50 %"
    says "medicare/P.F1.T2: accepted with exceptions (1): hc-view .hc/small/receipts/$(sha256sum .hc/small/data/medicare/P.F1.T2/receipt.json | cut -c1-8)*.json"
    [ "$(echo .hc/small/receipts/*.json | wc -w)" = 4 ]
    is "$(hc-run p.yaml --history=json | jq -r .verdict | uniq -c | xargs)" \
        "4 accepted with exceptions"
    run hc-run p.yaml --history
    says "  exceptions  $(short in/med/P.F1.T2)  "
    is "$(jq -r '.jobs[] | select(.delivery == "P.F1.T2") | .verdict, .exceptions[]' out/small/manifest.json)" \
        "accepted with exceptions
populated: CDLME009 filled 0.00 % against 50 %"
    run hc-run p.yaml # told once, when it was read
    is "$output" "hc-run: nothing to do: 8 jobs unchanged, all published"
}

@test "a wrong folder is no such file, also where deliveries were withdrawn" {
    hc-run p.yaml
    hc-run p.yaml --withdraw=P.F1.T1
    fails 66 hc-run p.yaml --set incoming=nowhere
    says "nowhere/com/*: no such file"
    says "nowhere/med/*: no such file"
    case $output in *"are withdrawn"*) false ;; esac
}

@test "what would be withdrawn is listed beforehand" {
    hc-run p.yaml
    rm in/med/P.F1.T1
    echo 4 >in/med/P.F1.N1
    run hc-run p.yaml --withdraw='P.F1.T1' --withdraw='*.N?' --dry-run
    is "$status" 0
    says "medicare/P.F1.N1: withdrawn"
    says "medicare/P.F1.T1: withdrawn"
    says "withdrawn: 2"
    is "$(events | grep -c withdrawn)" 0
    hc-run p.yaml --withdraw=P.F1.T1 --withdraw=P.F1.N1
    run hc-run p.yaml --withdraw='P.F1.T1' --dry-run
    case $output in *withdrawn*) false ;; esac
}

@test "a forgotten ending is proposed, an advised option named as a key" {
    fails 64 hc-run p.yaml --replace=COM_MC_202011
    says "did you mean COM_MC_202011.txt?"
    FAKE_DIE="77 hc-ingest" FAKE_HINT="--passphrase-file=FILE names a file with it" \
        fails 77 hc-run p.yaml -j1
    says "hint: --passphrase-file is the key 'passphrase_file' of step medicare"
}

@test "a delivery that stops the run: what can be done, and it helps" {
    export FAKE_DIE="65 hc-ingest" FAKE_HINT="--accept=populated goes on in spite of it"
    fails 65 hc-run p.yaml -j1
    says "hint: --accept is the key 'accept' of step medicare (docs/PIPELINES.md); ask for P.F1.T1 again, and when it is there run again; or go on without it: --withdraw=P.F1.T1, until --replace=P.F1.T1"
    FAKE_DIE='' hc-run p.yaml --withdraw=P.F1.T1
    is "$(jq -r '.withdrawn[].delivery' out/small/manifest.json)" P.F1.T1
    FAKE_DIE='' hc-run p.yaml --replace=P.F1.T1 # it came again
    echo 'name: another' >rules/medicare.yaml   # read anew, and refused
    fails 65 hc-run p.yaml -j1
    says "ask for P.F1.T1 again, and when it is there run again with --replace=P.F1.T1; or go on without it: --withdraw=P.F1.T1"
    FAKE_DIE="70 hc-ingest" fails 70 hc-run p.yaml -j1
    case $output in *withdraw*) false ;; esac
}

@test "a report as of a day does not take the place of today's" {
    hc-run p.yaml
    cp -r out before
    fails 64 hc-run p.yaml --as-of=2020-11-30
    says "--as-of wants an --out of its own"
    says "hint: --out=out/as-of-2020-11-30"
    hc-run p.yaml --as-of=2020-11-30 --dry-run
    diff -r before out
    hc-run p.yaml --as-of=2020-11-30 --out=then
    is "$(jq -r .known_on then/manifest.json)" 2020-11-30
    [ -f then/sums.csv ]
}

@test "other bytes under a known name are refused before anything runs" {
    hc-run p.yaml
    cp -r out/small before
    was=$(short in/med/P.F1.T2)
    echo 8 >>in/med/P.F1.T2
    echo 9 >in/med/P.F1.T3
    : >"$FAKE_LOG"
    fails 65 hc-run p.yaml
    says "$t/in/med/P.F1.T2: received 20"
    says "Z as sha256 $was, is now $(short in/med/P.F1.T2)"
    says "hint: --replace=P.F1.T2 takes in what is there now"
    fails 65 hc-run p.yaml --dry-run
    fails 65 hc-run p.yaml --force
    fails 65 hc-run p.yaml --replace=P.F1.T1
    [ ! -s "$FAKE_LOG" ]
    diff -r before out/small
    run reasons --replace='P.F1.*'
    says "medicare/P.F1.T2: input changed: P.F1.T2 (sha256 $was -> "
    says "medicare/P.F1.T3: new delivery"
    grep -qx 8 out/small/sums.csv
    is "$(events | tail -2)" "replaced medicare/P.F1.T2
received medicare/P.F1.T3"
    is "$(jq -r '.replaced[] | .step + " " + .delivery + " " + .before[:8]' out/small/manifest.json)" \
        "medicare P.F1.T2 $was"
    run hc-run p.yaml --replace=P.F1.T2
    says "nothing to do"
}

@test "a delivery that was refused by its tool was not received" {
    FAKE_DIE="65 hc-ingest" fails 65 hc-run p.yaml -j1
    [ -z "$(events)" ]
    echo 8 >>in/med/P.F1.T2
    hc-run p.yaml
    is "$(events | wc -l)" 4
}

@test "a delivery that is gone is refused until it is withdrawn" {
    hc-run p.yaml
    mv in/med/P.F1.T2 kept
    cp -r out/small before
    for more in "" --from=final --only=final --dry-run; do
        fails 66 hc-run p.yaml $more
        says "hc-run: medicare/P.F1.T2: received 20"
        says "hint: put P.F1.T2 back, or leave it out with --withdraw=P.F1.T2"
    done
    diff -r before out/small
    run hc-run p.yaml -v --withdraw=medicare/P.F1.T2
    says "final: input gone: medicare.claim_line/P.F1.T2"
    says "hc-run: withdrawn: medicare/P.F1.T2"
    says "hc-run: warning: 1 delivery of the last run is no longer counted: medicare/P.F1.T2"
    lacks out/small/sums.csv "^7$"
    is "$(events | tail -1)" "withdrawn medicare/P.F1.T2"
    is "$(jq -r '.withdrawn[].delivery' out/small/manifest.json)" P.F1.T2
    run hc-run p.yaml
    is "$output" "hc-run: nothing to do: 7 jobs unchanged, all published"
    cp kept in/med/P.F1.T2 # the same bytes: still withdrawn
    run hc-run p.yaml
    is "$output" "hc-run: nothing to do: 7 jobs unchanged, all published"
    run hc-run p.yaml --replace=P.F1.T2 -v
    says "medicare/P.F1.T2: not in the last publication; what an earlier run made of it is still good"
    cmp before/sums.csv out/small/sums.csv
    is "$(events | tail -1)" "received medicare/P.F1.T2"
}

@test "a withdrawn delivery that changed asks what is to become of it" {
    hc-run p.yaml
    hc-run p.yaml --withdraw=P.F1.T2
    echo 8 >>in/med/P.F1.T2
    fails 65 hc-run p.yaml
    says "P.F1.T2: withdrawn 20"
    says "--replace=P.F1.T2 takes in what is there now, --withdraw=P.F1.T2 leaves it out"
    run hc-run p.yaml --withdraw=P.F1.T2
    says "0 run + 7 unchanged"
    run hc-run p.yaml
    says "nothing to do"
    hc-run p.yaml --replace=P.F1.T2
    grep -qx 8 out/small/sums.csv
    is "$(events | tail -3)" "withdrawn medicare/P.F1.T2
withdrawn medicare/P.F1.T2
replaced medicare/P.F1.T2"
}

@test "a delivery that was never taken in can be withdrawn, by name too" {
    sed -i 's#"${incoming}/med/\*"#["${incoming}/med/P.F1.T1", "${incoming}/med/P.F1.T2"]#' p.yaml
    rm in/med/P.F1.T2
    fails 66 hc-run p.yaml
    run hc-run p.yaml --withdraw=P.F1.T2
    says "7 jobs = 7 run"
    hc-run p.yaml
    echo 5 >in/med/P.F1.T2
    fails 65 hc-run p.yaml
    says "when it was not there; now it is"
    fails 78 hc-run p.yaml --withdraw='P.*'
    says "medicare: all its deliveries are withdrawn"
}

@test "the same bytes under another name are refused, but for empty ones" {
    hc-run p.yaml
    cp in/med/P.F1.T2 in/med/P.F1.T3
    fails 65 hc-run p.yaml
    says "P.F1.T3: has the same bytes as P.F1.T2, received 20"
    says "hint: --withdraw=P.F1.T3 leaves out what was sent again under another name"
    for pattern in 'P.*' 'medicare/*' 'P.F1.T[3]'; do # it may have meant others
        fails 65 hc-run p.yaml --replace="$pattern"
        says "P.F1.T3: has the same bytes as P.F1.T2, received 20"
        says "--replace=P.F1.T3 counts it all the same"
    done
    hc-run p.yaml --replace=medicare/P.F1.T3
    : >in/med/P.F1.T4
    : >in/med/P.F1.T5
    hc-run p.yaml
    : >in/med/P.F1.T6
    hc-run p.yaml
    rm -r .hc
    fails 65 hc-run p.yaml # nothing is known, and two new ones are alike
    says "P.F1.T3: has the same bytes as P.F1.T2"
    fails 65 hc-run p.yaml
    says "P.F1.T3: has the same bytes as P.F1.T2, received 20"
    hc-run p.yaml --withdraw=P.F1.T3
    lacks <(events) "received medicare/P.F1.T3"
}

@test "a delivery saved over another is refused, --replace or not" {
    hc-run p.yaml
    cp -r out/small before
    cp in/med/P.F1.T1 kept
    cp in/med/P.F1.T2 in/med/P.F1.T1
    : >"$FAKE_LOG"
    for more in "" --replace=P.F1.T1 "--replace=P.*" "--replace=P.F1.T1 --dry-run"; do
        fails 65 hc-run p.yaml $more
        says "$t/in/med/P.F1.T1: was seen before with other bytes, now has the same bytes as P.F1.T2, received 20"
        says "hint: another delivery was saved over P.F1.T1: put the right file there, or leave it out with --withdraw=P.F1.T1"
    done
    is "$(grep -c 'replace=P.F1.T1 takes in' <<<"$output")" 0
    [ ! -s "$FAKE_LOG" ]
    diff -r before out/small
    hc-run p.yaml --withdraw=P.F1.T1
    is "$(grep -cx 7 out/small/sums.csv)" 1
    cp kept in/med/P.F1.T1
    hc-run p.yaml --replace=P.F1.T1
    cmp before/sums.csv out/small/sums.csv
    cp in/med/P.F1.T1 in/med/P.F1.T2 # the other way about
    fails 65 hc-run p.yaml --replace=P.F1.T2
    says "now has the same bytes as P.F1.T1"
}

@test "bytes that two deliveries change into are refused, whichever comes first" {
    hc-run p.yaml
    echo 8 | tee in/med/P.F1.T1 >in/med/P.F1.T2
    for _ in 1 2; do # once they are read, then before
        fails 65 hc-run p.yaml '--replace=P.*'
        says "P.F1.T2: was seen before with other bytes, now has the same bytes as P.F1.T1"
    done
    is "$(events | tail -1)" "replaced medicare/P.F1.T1"
    [ -z "$(hc-run p.yaml --history=json | grep replaced | grep T2)" ]
    : | tee in/med/P.F1.T1 >in/med/P.F1.T2
    hc-run p.yaml '--replace=P.*' # two empty months are alike
    is "$(events | tail -2)" "replaced medicare/P.F1.T1
replaced medicare/P.F1.T2"
}

@test "two deliveries that had each other's names can be put right" {
    hc-run p.yaml
    mv in/med/P.F1.T1 kept
    mv in/med/P.F1.T2 in/med/P.F1.T1
    mv kept in/med/P.F1.T2
    cp out/small/sums.csv before
    fails 65 hc-run p.yaml
    hc-run p.yaml '--replace=P.F1.T?'
    cmp before out/small/sums.csv
    is "$(events | tail -2)" "replaced medicare/P.F1.T1
replaced medicare/P.F1.T2"
}

@test "what was withdrawn does not come back as a copy of another" {
    hc-run p.yaml
    hc-run p.yaml --withdraw=P.F1.T1
    cp in/med/P.F1.T2 in/med/P.F1.T1
    fails 65 hc-run p.yaml
    fails 65 hc-run p.yaml --replace=P.F1.T1
    says "P.F1.T1: was seen before with other bytes, now has the same bytes as P.F1.T2"
    hc-run p.yaml --withdraw=P.F1.T1 # looked at, and still meant:
    hc-run p.yaml --replace=P.F1.T1
    is "$(grep -cx 7 out/small/sums.csv)" 2
}

@test "a delivery whose name would not be known again is refused" {
    hc-run p.yaml
    : >"$FAKE_LOG"
    for escaped in '\xff' '\x01' '\x0a' '\xc2\x85' '\xe2\x80\xa8' '\xef\xbf\xbe' '\xef\xbb\xbf'; do
        name=$(printf "P.$escaped.T1")
        echo 9 >"in/med/$name"
        fails 65 hc-run p.yaml
        says "/in/med/P.$escaped.T1: rename the file: its name is not UTF-8"
        fails 65 hc-run p.yaml --withdraw='P.*.T1'
        hc-run p.yaml --history >/dev/null
        hc-run p.yaml --graph=dot >/dev/null
        rm "in/med/$name"
    done
    [ ! -s "$FAKE_LOG" ]
    for name in $'x\xc3\xa9' "x'#:{" $'x\xef\xbf\xbd' $'x\xf0\x9f\x98\x80' 'x,-'; do
        echo ${#name}9 >"in/med/$name"
        hc-run p.yaml
        is "$(events | tail -1)" "received medicare/$name"
        run hc-run p.yaml
        says "nothing to do"
        rm "in/med/$name"
        hc-run p.yaml --withdraw='x*'
    done
}

@test "names that mean nothing, or too much, are usage errors" {
    hc-run p.yaml
    cp .hc/small/history.jsonl before
    fails 64 hc-run p.yaml --withdraw=P.F1.T9
    says "--withdraw=P.F1.T9 names no delivery of the pipeline"
    says "did you mean P.F1.T"
    fails 64 hc-run p.yaml --replace=P.F1.T1 --withdraw='*T1'
    says "medicare/P.F1.T1: --withdraw and --replace both"
    fails 64 hc-run p.yaml --history=yaml
    fails 64 hc-run p.yaml --history --withdraw=P.F1.T1
    cmp before .hc/small/history.jsonl
}

@test "a history that was altered or cut off is not believed" {
    hc-run p.yaml
    cp .hc/small/history.jsonl good
    truncate -s -3 .hc/small/history.jsonl
    fails 65 hc-run p.yaml
    says ".hc/small/history.jsonl:4:1: ends in the middle of a line"
    sed 2s/received/eaten/ good >.hc/small/history.jsonl
    fails 65 hc-run p.yaml
    says "history.jsonl:2:1: is no event of a delivery"
    sed '2s/"sha256": "[0-9]*/&x/' good >.hc/small/history.jsonl
    fails 65 hc-run p.yaml
    says "history.jsonl:2:1: is no event of a delivery"
    cp good .hc/small/history.jsonl
    hc-run p.yaml
}

@test "a work folder from before there was a history is as good" {
    hc-run p.yaml
    rm .hc/small/history.jsonl
    run hc-run p.yaml
    says "nothing to do"
    is "$(events | wc -l)" 4
    rm .hc/small/history.jsonl
    echo 8 >>in/med/P.F1.T2
    fails 65 hc-run p.yaml
    says "P.F1.T2: received by an earlier run as sha256"
}

@test "what a failed run took in was received" {
    FAKE_DIE="70 hc-aggregate" fails 70 hc-run p.yaml
    is "$(events | wc -l)" 4
    [ ! -e out/small/manifest.json ]
}
