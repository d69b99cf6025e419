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
