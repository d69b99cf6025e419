#!/bin/sh
# Every figure of the quarterly report is that of the same question asked in sqlite3 of exported
# csv, and does not depend on memory or the order of inputs.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
set_payer() {
    case $1 in commercial*) echo --set=payer=bcbsvt ;; esac
}
lines() {
    hc-synth --people=200 --months=33 --seed=3 -o state &&
        for feed in medicare-cclf:medicare medicare-enrollment:residents \
            commercial-apcd:bcbsvt medicaid-apcd:medicaid; do
            # shellcheck disable=SC2046 # an option or none
            hc-ingest --feed="${feed%%:*}" $(set_payer "$feed") --identity-key=state/incoming/identity.key \
                --out-dir="in/${feed##*:}" "state/incoming/${feed##*:}"/* || return 1
        done &&
        hc-ingest --feed=provider-roster --out-dir=in/roster state/incoming/roster.csv &&
        hc-identify --rules=identity-invented --crosswalk=in/medicare/crosswalk.arrow --members=members.arrow \
            -o people.arrow in/residents/coverage.arrow in/bcbsvt/coverage.arrow \
            in/medicaid/coverage.arrow &&
        hc-dedupe --crosswalk=in/medicare/crosswalk.arrow --members=members.arrow \
            -o final.arrow in/medicare/claim_line.arrow in/bcbsvt/claim_line.arrow \
            in/medicaid/claim_line.arrow &&
        hc-attribute --program=medicare-vtaco,medicaid-vtaco,bcbsvt-vtaco --claims=final.arrow \
            --coverage=people.arrow --providers=in/roster/provider.arrow \
            --payer-order=primary-payer -o assignment.arrow
}
report() { # OUTPUT OPTION...
    out=$1
    shift
    hc-aggregate --report=quarterly --as-of=2021-03-31 --paid-through=2021-03-31 \
        --set=incurred_through=2020-12-31 -o "$out" "$@"
}
export_csv() {
    hc-export --format=csv -o assign.csv \
        --columns=person_id,month,primary_payer,aco_id,reason assignment.arrow &&
        hc-export --format=csv -o final.csv final.arrow \
            --columns=person_id,service_from,paid_date,allowed,paid,ffs_equivalent,adjustment,status &&
        hc-export --format=csv --long -o report.csv report.arrow
}
load() {
    sqlite3 books.db '.mode csv' '.import assign.csv assign' '.import final.csv final' \
        '.import report.csv report' ".read $root/tests/property/report.sql"
}
none() { # a question whose answer must be nothing
    sqlite3 -csv books.db "$1" >answer 2>&1 || { cat answer; return 1; }
    [ ! -s answer ] || { head -10 answer; return 1; }
}
more() { # a number, and a question whose answer must be more
    got=$(sqlite3 books.db "$2")
    [ "$got" -gt "$1" ] || { echo "$got, expected more than $1"; return 1; }
}

mkdir in
check "the state is worked up to assignments" lines
check "the report is made" report report.arrow assignment=assignment.arrow claim_line=final.arrow
check "csv is exported" export_csv
check "sqlite3 reads it" load
check "there are cells of every section" more 150 "select count(*) from got"
check "people are attributed in every payer" more 2 \
    "select count(distinct payer) from got where measure = 'attributed' and numerator > 0 and payer <> ''"
check "every cell is sqlite3's" none "select * from differs"
check "every value is its exact quotient, rounded" none "select * from misprinted"
check "little memory, same bytes" \
    report small.arrow --memory=8M claim_line=final.arrow assignment=assignment.arrow
check "whatever the order of inputs" cmp report.arrow small.arrow
echo "1..$n"
