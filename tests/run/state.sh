# A small invented state for the tests of hc-run, made of fake tools: sourced by them.
# $top is the repository, $t a folder of the test's own with tools in $t/bin.
fake_state() {
    mkdir -p "$t/bin" "$t/in/med" "$t/in/com" "$t/rules"
    for tool in ingest identify dedupe attribute aggregate export; do
        cp "$top/tests/run/fake-tool" "$t/bin/hc-$tool"
    done
    printf '100\n200\n' >"$t/in/med/P.F1.T1"
    printf '5\n-5\n7\n' >"$t/in/med/P.F1.T2"
    printf '11\n' >"$t/in/com/COM_MC_202011.txt"
    printf '1\n2\n' >"$t/in/com/COM_ME_202011.txt"
    echo 'name: one' >"$t/rules/medicare.yaml"
    cat >"$t/p.yaml" <<YAML
name: small
params: {incoming: $t/in, payer: com}
steps:
  medicare: {tool: ingest, feed: medicare, in: "\${incoming}/med/*"}
  payer:    {tool: ingest, feed: payer, in: "\${incoming}/com/*", set: {payer: "\${payer}"}}
  people:   {tool: identify, rules: identity, in: payer.coverage}
  final:    {tool: dedupe, in: [medicare.claim_line, payer.claim_line], members: people.member}
  sums:     {tool: aggregate, report: sums, in: {claim_line: final, coverage: people.coverage}}
  public:   {tool: export, format: csv, audience: public, in: sums, out: "\${out}/sums.csv"}
YAML
    export HC_RUN_TOOLS_DIR="$t/bin" FAKE_RULES="$t/rules" FAKE_LOG="$t/ran"
}
