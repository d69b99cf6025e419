#!/bin/sh
# The same people and claims by either way: as CCLF zips of two years, and as what CMS's bulk
# FHIR export says of them in the end. The lines that stand are held against each other column by
# column; what one of the two cannot carry is named below, with the reason.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# Columns that only one of them has, by claim type:
#   payment_arrangement ffs_equivalent withheld  FHIR does not tell prospective payment
#   adjustment related_claim_id version  FHIR has the claim as it is now
#   loaded_date  each warehouse has its own
#   admit_date discharge_date, a facility's coinsurance and deductible  CCLF tells them only of
#     claims in CCLFA
#   paid_basis  stays have no item payments in FHIR: the header stands even where all are 0
columns=claim_type,claim_id,line,payer,payer_type,funding,control_number,status,denial_reason,standing
columns=$columns,member_id,claim_from,claim_thru,service_from,service_thru,paid_date,effective_date
columns=$columns,bill_type,place_of_service,revenue_code,procedure_code,modifiers,drg
columns=$columns,discharge_status,admission_type,admission_source,diagnosis_principal
columns=$columns,diagnosis_codes,icd_procedure_codes,icd_version,billing_npi,rendering_npi
columns=$columns,attending_npi,referring_npi,facility_id,billing_facility_id,tax_id,specialty
columns=$columns,taxonomy,ndc,days_supply,fill_number,prescription_number,dispensing_status
columns=$columns,pharmacy_id,pharmacy_id_type,prescriber_npi,quantity_e4,units_e4,charge,allowed
columns=$columns,paid,copay,coinsurance,deductible,other_payer_paid,allowed_basis
only_one='
institutional coinsurance deductible
professional charge
dme charge units_e4 modifiers diagnosis_principal diagnosis_codes icd_version
pharmacy paid allowed allowed_basis
'
lines() { # STREAM: lines that are final, as text, without what only one of them has
    hc-export --format=csv --columns="$columns" "$1" | awk -F, -v OFS=, -v rules="$only_one" '
        BEGIN { k = split(rules, rule, "\n") }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print; next }
        $at["standing"] != "final" { next }
        {
            for (r = 1; r <= k; r++) {
                m = split(rule[r], word, " ")
                if (m && word[1] == $1)
                    for (w = 2; w <= m; w++) $at[word[w]] = ""
            }
            print
        }' | LC_ALL=C sort
}

make_state() {
    hc-synth --people=500 --months=24 --also=fhir -o state &&
        hc-synth --people=500 --months=24 -o plain &&
        diff -r state/truth plain/truth &&
        diff -r plain/incoming/medicare state/incoming/medicare
}
check "a state is made, and FHIR changes nothing else in it" make_state
read_both() {
    hc-ingest --feed=medicare-cclf --out-dir=c state/incoming/medicare/* &&
        hc-ingest --feed=bcda-fhir --out-dir=f state/incoming/fhir/bcda-202103 &&
        hc-dedupe --crosswalk=c/crosswalk.arrow -o c.arrow c/claim_line.arrow &&
        hc-dedupe --crosswalk=f/crosswalk.arrow --ledger=f.ledger.arrow -o f.arrow f/claim_line.arrow
}
check "both are read and deduped" read_both
compare() {
    lines c.arrow >c.csv && lines f.arrow >f.csv && [ "$(wc -l <c.csv)" -gt 1000 ] &&
        diff c.csv f.csv
}
check "the lines that stand are the same, column by column" compare
every_type() {
    for type in institutional professional dme pharmacy; do
        [ "$(grep -c "^$type," f.csv)" -gt 20 ] || return 1
    done
    grep -q ',denied,' f.csv
}
check "among them each type of claim, and denied ones" every_type
sums() { # of both, where both have the amount
    for stream in c.arrow f.arrow; do
        hc-aggregate --by=claim_type --measure=lines,paid,allowed \
            --where='standing = "final" and claim_type != "pharmacy"' "$stream" |
            hc-export --format=csv >"$stream.sums" || return 1
    done
    grep -q institutional c.arrow.sums && diff c.arrow.sums f.arrow.sums
}
check "their sums are the same" sums
truth() { # FHIR has no records that take back what was never sent: those stand in CCLF alone
    hc-export --format=csv --columns=claim_type,claim_id,line,standing c.arrow |
        grep -c 'unmatched_cancellation$' >c.unmatched
    hc-export --format=csv --columns=standing f.arrow | grep -c -v -e standing -e final >f.unmatched
    [ "$(cat c.unmatched)" -gt 0 ] && [ "$(cat f.unmatched)" = 0 ]
}
check "only CCLF has cancellations of nothing" truth
void() {
    hc-export --format=csv --columns=policy,reason f.ledger.arrow | sort | uniq -c >got &&
        grep -q 'restate,void' got && ! grep -v -e policy,reason -e restate,void got
}
check "claims that are no longer final are set aside" void
people() { # of the last month; CCLF8 has no county in FHIR, one row for parts A and B
    hc-export --format=csv --columns=member_id,birth_date,death_date,sex,state,zip,dual_status f/coverage.arrow >p.csv
    hc-export --format=csv --columns=previous_id,current_id f/crosswalk.arrow >x.csv
    hc-export --format=csv --columns=member_id,start_date,part_a,part_b,dual_status,entitlement f/coverage.arrow >s.csv
    awk -F, -v OFS=, 'FILENAME == "x.csv" { now[$1] = $2; next }
        FILENAME == "p.csv" { if ($2 != "") who[$1] = $2 OFS $3 OFS $4 OFS $5 OFS $6; next }
        $2 != "" && FNR > 1 && !seen[$1]++ { print now[$1], who[$1], $2, $3, $4, $5, $6 }' \
        x.csv p.csv s.csv | LC_ALL=C sort >f.people
    hc-ingest --feed=medicare-cclf --kind=coverage state/incoming/medicare/*D210328* |
        hc-export --format=csv --columns=member_id,birth_date,death_date,sex,state,zip,start_date,part_a,part_b,dual_status,entitlement |
        sed 1d | LC_ALL=C sort >c.people
    [ "$(wc -l <c.people)" -gt 20 ] && diff c.people f.people
}
check "the people of the last month are the same" people
numbers() { # old numbers lead to the same current ones as CCLF9's
    [ "$(hc-export --format=csv --columns=start_date f/crosswalk.arrow | grep -c 20)" -gt 2 ] &&
        hc-dedupe --crosswalk=f/crosswalk.arrow -o c2.arrow c/claim_line.arrow &&
        lines c2.arrow | diff - c.csv
}
check "its old numbers serve the CCLF lines as well" numbers
echo "1..$n"
