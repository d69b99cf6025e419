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
#   allowed of facilities' claims that were paid ahead (0): CCLFA tells what it would have been
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
            if ($1 == "institutional" && $at["paid"] == 0) $at["allowed"] = ""
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
            --where='standing = "final" and claim_type != "pharmacy" and paid != 0' "$stream" |
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
# CCLF8 has a row a person, FHIR one a part, each with the person; so they are held against each
# other without their doubles. Columns that only one has: county (FHIR has no FIPS number of it),
# pharmacy (CCLF8 does not tell Part D), product (the part), member_id until the crosswalk has said who it is.
cover=birth_date,death_date,sex,state,zip,start_date,end_date,medical,part_a,part_b
cover=$cover,medicare_advantage,dual_status,entitlement,benefit,payer_says_primary,payer,payer_type
cover=$cover,funding,group_id,employer_id,market,subscriber_id,relationship,hsa,pcp_npi
cover=$cover,pcp_from,aco_id
people() { # of the last month
    hc-export --format=csv --columns=previous_id,current_id f/crosswalk.arrow >x.csv
    hc-export --format=csv --columns="member_id,$cover" f/coverage.arrow >s.csv
    awk -F, -v OFS=, 'FILENAME == "x.csv" { now[$1] = $2; next } FNR > 1 { $1 = now[$1]; print }' \
        x.csv s.csv | LC_ALL=C sort -u >f.all
    grep -v ',,[0-9-]*,false,' f.all >f.people
    # who died before has no cover any more, and CCLF8 does not name him
    grep ',,[0-9-]*,false,' f.all | cut -d, -f1 | sort >f.gone
    [ -s f.gone ] && ! cut -d, -f1 f.people | grep -q -F -f f.gone || return 1
    hc-ingest --feed=medicare-cclf --kind=coverage state/incoming/medicare/*D210328* |
        hc-export --format=csv --columns="member_id,$cover" | sed 1d | LC_ALL=C sort >c.people
    [ "$(wc -l <c.people)" -gt 20 ] && diff c.people f.people
}
check "the people of the last month are the same, column by column" people
whole() { # the columns compared and the four that are not are all there are
    hc-export --format=csv f/coverage.arrow | head -1 | tr , '\n' |
        grep -v -x -e delivery -e source_entry -e source_record -e person_id | sort >all
    echo "member_id,county,pharmacy,product,$cover" | tr , '\n' | sort | diff all -
}
check "no column of a coverage is left out" whole
parts() { # two rows of each who has both, so that somebody's B is not lost with his A
    hc-export --format=csv --columns=member_id,part_b f/coverage.arrow | sort | uniq -c |
        awk '/,true$/ && $1 != 2 { bad = 1 } END { exit bad || NR < 20 }'
}
check "a row a part" parts
spilled() { # the join in parts on disk, and the files in another order, give the same rows
    hc-ingest --feed=bcda-fhir --memory=1M --kind=coverage -o small.arrow state/incoming/fhir/bcda-202103 &&
        hc-export --format=csv small.arrow >small.csv && hc-export --format=csv f/coverage.arrow | diff - small.csv
}
check "a join on disk gives the same" spilled
persons() { # whoever comes by either way is one person
    echo identity-key-of-the-test >key
    hc-ingest --feed=bcda-fhir --kind=coverage --identity-key=key -o fk.arrow state/incoming/fhir/bcda-202103 &&
        hc-ingest --feed=medicare-cclf --kind=coverage --identity-key=key -o ck.arrow state/incoming/medicare/*D210328* &&
        hc-identify --members=m.arrow -o who.arrow fk.arrow ck.arrow &&
        hc-export --format=csv --columns=member_id,person_id m.arrow | sed 1d >m.csv
    awk -F, '/^-/ { fhir[$2]++; next } { n++; who[$2]++ }
        END { for (p in who) if (who[p] != 1 || fhir[p] != 1) bad = 1; exit bad || n < 20 }' m.csv
}
check "and everybody of both is one person" persons
numbers() { # old numbers lead to the same current ones as CCLF9's
    [ "$(hc-export --format=csv --columns=start_date f/crosswalk.arrow | grep -c 20)" -gt 2 ] &&
        hc-dedupe --crosswalk=f/crosswalk.arrow -o c2.arrow c/claim_line.arrow &&
        lines c2.arrow | diff - c.csv
}
check "its old numbers serve the CCLF lines as well" numbers
echo "1..$n"
