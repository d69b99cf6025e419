#!/bin/sh
# What hc-synth --also writes is what the tools read: preferences, alignment, payments, and run-outs
# that change nothing of what stands.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
read_all() { # NAME FEED FILE...: hc-ingest into NAME
    name=$1 feed=$2
    shift 2
    hc-ingest --feed="$feed" --out-dir="$name" "$@"
}
same() { # TRUTH-COMMAND-OUTPUT GOT: both sorted, not empty
    LC_ALL=C sort "$1" >a && LC_ALL=C sort "$2" >b && [ -s a ] && diff a b
}

make_state() {
    hc-synth --people=400 --months=33 --also=preferences,alignment,payments,runout -o state &&
        hc-synth --people=400 --months=33 -o plain
}
check "a state is made with and without" make_state
unchanged() {
    for table in lines set_aside persons person_months sums scale traps; do
        cmp "plain/truth/$table.csv" "state/truth/$table.csv" || return 1
    done
    for folder in bcbsvt medicaid residents roster.csv identity.key; do
        diff -r "plain/incoming/$folder" "state/incoming/$folder" || return 1
    done
}
check "what is asked for besides changes nothing else" unchanged

preferences() {
    read_all p medicare-preferences state/incoming/preferences/* &&
        hc-export --format=csv --columns=member_id,about,share,effective_date p/preference.arrow |
        sed '1d; s/true/Y/; s/false/N/' >got &&
        sed 1d state/truth/preferences.csv | cut -d, -f2- >want && same want got
}
check "preferences are read as they were told" preferences
alignment() {
    read_all al alignment-list state/incoming/alignment/* &&
        hc-export --format=csv --columns=member_id,start_date,end_date,aco_id al/coverage.arrow |
        sed 1d >got &&
        sed 1d state/truth/alignment.csv | awk -F, '{ print $2 "," $3 "," $4 ",VTACO" }' >want &&
        same want got
}
check "the alignment list is read as it is" alignment
payments() {
    read_all pr prospective-payments state/incoming/payments/prospective-* &&
        read_all no non-claims-payments state/incoming/payments/non-claims-* &&
        for kind in pr no; do
            hc-export --format=csv --columns=payer,program,product,month,reason,members,amount \
                $kind/payment.arrow | sed '1d; s/-01,/,/'
        done >got && sed '1d; s/"\([^",]*\)"/\1/' state/truth/payments.csv >want && same want got
}
check "payments are read as they were made" payments

runout() {
    set -- state/incoming/medicare/*ZCR*
    [ $# -eq 9 ] || return 1
    for s in plain state; do
        read_all "$s.in" medicare-cclf $s/incoming/medicare/* &&
            hc-dedupe --crosswalk="$s.in/crosswalk.arrow" -o "$s.final" "$s.in/claim_line.arrow" &&
            hc-export --format=csv --columns=claim_type,claim_id,line,member_id,paid,ffs_equivalent \
                "$s.final" | LC_ALL=C sort >"$s.csv" || return 1
    done
    [ "$(wc -l <plain.csv)" -gt 1000 ] && cmp plain.csv state.csv
}
check "claims that come in a run-out stand as all others do" runout
refused() {
    hc-synth --people=20 --also=everything -o none
    [ $? -eq 64 ] && [ ! -e none ]
}
check "what is not known is refused" refused
echo "1..$n"
