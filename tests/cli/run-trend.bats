#!/usr/bin/env bats
# Every delivery is compared with the one before it, by their receipts.
# shellcheck disable=SC2154 # t and top are set by the helper
load ../run/helper

told() { # what the manifest says of a delivery
    jq -r --arg name "$1" '.jobs[] | select(.delivery == $name) |
        [.verdict, .previous // "-", (.exceptions // [] | join(";"))] | join("|")' \
        "${2:-out/small}/manifest.json"
}

@test "a total beyond its bound is warned of; only files of a kind are compared" {
    export FAKE_TREND="exception 25.00"
    run hc-run p.yaml # two rows, then three; one claim file, one of members
    is "$status" 0
    says "warning: medicare/P.F1.T2: trend: records: 2 in P.F1.T1, 3 now; the feed allows a change of 25.00%"
    is "$(grep -c trend: <<<"$output")" 1
    is "$(told P.F1.T1)" "accepted|-|"
    is "$(told COM_ME_202011.txt)" "accepted|-|"
    is "$(told P.F1.T2 | cut -d'|' -f1,2)" "accepted with exceptions|P.F1.T1"
    is "$(hc-run p.yaml --history=json | jq -r 'select(.delivery == "P.F1.T2").verdict')" \
        "accepted with exceptions"
    run hc-run p.yaml
    is "$output" "hc-run: nothing to do: 8 jobs unchanged, all published"
}

# The receipt of a delivery of the first step, as the run keeps it.
kept() {
    echo .hc/small/receipts/"$(hc-run p.yaml --history=json |
        jq -r --arg name "$1" 'select(.delivery == $name).receipt')".json
}

before() { # TOTAL: what the kept receipt of P.F1.T2 says of it
    jq -r --arg total "$1" '.previous // {} | [.delivery, .action // "-", (.totals[]? |
        select(.total == $total) | .before, .now, .change_percent, .bound, .within)] |
        map(tostring) | join(" ")' "$(kept P.F1.T2)"
}

@test "the receipt that is kept tells the comparison, as it is now" {
    export FAKE_TREND="exception 25.00"
    run hc-run p.yaml
    says "medicare/P.F1.T2: accepted with exceptions (1): hc-view .hc/small/receipts/$(basename "$(kept P.F1.T2)" | cut -c1-8)*.json"
    is "$(before records)" "P.F1.T1 exception 2 3 50.00 25.00 false"
    is "$(jq -r .verdict "$(kept P.F1.T2)")" "accepted with exceptions"
    is "$(jq -r .previous.sha256 "$(kept P.F1.T2)")" "$(basename "$(kept P.F1.T1)" .json)"
    cmp "$(kept P.F1.T1)" .hc/small/data/medicare/P.F1.T1/receipt.json
    run hc-view "$(kept P.F1.T2)"
    says "records: 2 before, 3 now: 50.00%, allowed 25.00%"
    says "totals, before: P.F1.T1"
    seq 3 >in/med/P.F1.T1 # the months are alike now
    hc-run p.yaml --replace=P.F1.T1
    is "$(before records)" "P.F1.T1 - 3 3 0.00 25.00 true"
    is "$(jq -r .verdict "$(kept P.F1.T2)")" accepted
    hc-run p.yaml --withdraw=P.F1.T1
    cmp "$(kept P.F1.T2)" .hc/small/data/medicare/P.F1.T2/receipt.json
}

@test "without bounds, and where a change is accepted, the receipt tells it too" {
    FAKE_TREND="accept 1.00" hc-run p.yaml
    is "$(before records)" "P.F1.T1 accept 2 3 50.00 1.00 false"
    is "$(jq -r .verdict "$(kept P.F1.T2)")" accepted
}

@test "an earlier delivery that is replaced or withdrawn costs the later ones nothing" {
    export FAKE_TREND="exception 25.00"
    echo 1 >in/med/P.F1.T0
    hc-run p.yaml
    seq 30 >in/med/P.F1.T1
    run hc-run p.yaml -v --replace=P.F1.T1
    says "P.F1.T2: trend: records: 30 in P.F1.T1, 3 now"
    says "P.F1.T1: trend: records: 1 in P.F1.T0, 30 now"
    case $output in *"medicare/P.F1.T2: input"*) false ;; esac
    hc-run p.yaml --work-dir=new --out=new-out
    diff out/small/sums.csv new-out/sums.csv
    for name in P.F1.T0 P.F1.T1 P.F1.T2; do
        is "$(told $name)" "$(told $name new-out)"
    done
    hc-run p.yaml --withdraw=P.F1.T1
    is "$(told P.F1.T2 | cut -d'|' -f2)" P.F1.T0
}

@test "a trend that the feed refuses is not published until it is accepted or withdrawn" {
    export FAKE_TREND="refuse 25.00"
    for more in "" -v; do # also when nothing is read again
        fails 65 hc-run p.yaml $more
        says "medicare/P.F1.T2: trend: records: 2 in P.F1.T1, 3 now"
        says "hint: --withdraw=NAME leaves a delivery out; 'accept: [trend]' in its step"
        is "$(before records)" "P.F1.T1 refuse 2 3 50.00 25.00 false"
        [ ! -e out/small/manifest.json ]
    done
    hc-run p.yaml --withdraw=P.F1.T2
}

@test "within the bound, and accepted, nothing is said" {
    FAKE_TREND="exception 50.00" run hc-run p.yaml
    case $output in *trend*) false ;; esac
    rm -r .hc
    FAKE_TREND="accept 1.00" run hc-run p.yaml
    case $output in *trend*) false ;; esac
}
