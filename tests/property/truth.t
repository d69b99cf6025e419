#!/bin/sh
# 500 invented people with every trap: lines that stand, lines set aside, persons, sums, primary
# payers and attribution are those that the generator knows (docs/SYNTH.md), from the deliveries
# to the exported csv.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
ingest() { # NAME FEED FILE...
    name=$1 feed=$2
    shift 2
    hc-ingest -v --feed="$feed" --identity-key=state/incoming/identity.key \
        --accounts="books/$name.json" --out-dir="in/$name" "$@"
}
none() { # a question whose answer must be nothing
    sqlite3 -csv books.db "$1" >answer 2>&1 || { cat answer; return 1; }
    [ ! -s answer ] || { head -10 answer; return 1; }
}
answer() { # ANSWER SQL
    got=$(sqlite3 books.db "$2" 2>&1)
    [ "$got" = "$1" ] || { echo "$got, expected $1"; return 1; }
}

check "the state is made" hc-synth --people=500 --seed=1 -o state
mkdir in books
check "Medicare is read" ingest medicare medicare-cclf state/incoming/medicare/*
check "residents are read" ingest residents medicare-enrollment state/incoming/residents/*
check "the commercial payer is read" \
    ingest bcbsvt commercial-apcd --set=payer=bcbsvt state/incoming/bcbsvt/*
check "Medicaid is read" ingest medicaid medicaid-apcd state/incoming/medicaid/*
check "the roster is read" ingest roster provider-roster state/incoming/roster.csv
check "persons are found" hc-identify --rules=identity-invented -v --accounts=books/people.json \
    --crosswalk=in/medicare/crosswalk.arrow --members=members.arrow -o people.arrow \
    in/residents/coverage.arrow in/medicare/coverage.arrow in/bcbsvt/coverage.arrow \
    in/medicaid/coverage.arrow
strict() { # nobody is joined by numbers that Social Security never gives out
    hc-identify -v --crosswalk=in/medicare/crosswalk.arrow -o strict.arrow in/residents/coverage.arrow \
        in/medicare/coverage.arrow in/bcbsvt/coverage.arrow in/medicaid/coverage.arrow 2>strict.log &&
        grep -q 'keys are of rungs that the ladder has not' strict.log && ! grep -q ssn strict.log
}
check "under the ladder for payers' files by no invented number" strict
check "claims are deduped" hc-dedupe -v --accounts=books/final.json \
    --crosswalk=in/medicare/crosswalk.arrow --members=members.arrow --ledger=ledger.arrow \
    -o final.arrow in/medicare/claim_line.arrow in/bcbsvt/claim_line.arrow \
    in/medicaid/claim_line.arrow

export_csv() {
    amounts=paid,allowed,ffs_equivalent
    hc-export --format=csv -o final.csv final.arrow \
        --columns=payer,claim_type,claim_id,line,member_id,person_id,standing,$amounts &&
        hc-export --format=csv -o ledger.csv ledger.arrow \
            --columns=policy,reason,pair,payer,claim_type,claim_id,line,$amounts &&
        hc-export --format=csv -o members.csv --columns=payer,member_id,person_id members.arrow &&
        hc-aggregate --by=payer,claim_type --measure=rows,paid,allowed,ffs_equivalent final.arrow |
        hc-export --format=csv -o sums.csv
}
check "all of it is exported" export_csv
load() {
    for table in lines set_aside persons sums; do
        echo ".import --csv state/truth/$table.csv true_$table"
    done >script
    for table in final ledger members sums; do
        echo ".import --csv $table.csv $table"
    done >>script
    cat >>script <<'SQL'
-- standing lines with the member in place of the person
create view want as
select l.payer, l.claim_type, l.claim_id, l.line, p.member_id, l.paid, l.allowed, l.ffs_equivalent
from true_lines l left join true_persons p on p.person = l.person and p.payer = l.payer;
create view got as
select payer, claim_type, claim_id, line, member_id, paid, allowed, ffs_equivalent from final;
-- what was set aside, by policy in both vocabularies
create view want_aside as
select payer, claim_type, claim_id, line, paid, allowed, ffs_equivalent,
    case when reason like 'redelivered%' then reason
         when payer = 'bcbsvt' then 'version'
         when payer = 'medicaid' then 'reversal'
         when claim_type = 'pharmacy' then 'replay' else 'pair' end policy
from true_set_aside;
create view got_aside as
select payer, claim_type, claim_id, line, paid, allowed, ffs_equivalent,
    case when reason like 'redelivered%' then reason else policy end policy
from ledger;
SQL
    sqlite3 books.db <script
}
check "sqlite3 reads both sides" load

check "as many lines stand as should" \
    answer 0 "select (select count(*) from want) - (select count(*) from got)"
check "every line that should stand does, with its member and amounts" \
    none "select * from want except select * from got"
check "no other line stands" none "select * from got except select * from want"
check "no line stands twice" none \
    "select payer, claim_type, claim_id, line from got group by 1, 2, 3, 4 having count(*) > 1"
check "every line that should be set aside is, by its policy, with its amounts" none \
    "select *, count(*) from want_aside group by 1, 2, 3, 4, 5, 6, 7, 8
     except select *, count(*) from got_aside group by 1, 2, 3, 4, 5, 6, 7, 8"
check "no other is" none \
    "select *, count(*) from got_aside group by 1, 2, 3, 4, 5, 6, 7, 8
     except select *, count(*) from want_aside group by 1, 2, 3, 4, 5, 6, 7, 8"
check "cancellations without an original stand, below zero" answer 1 \
    "select count(*) > 5 and max(paid + 0) <= 0 from final
     where standing = 'unmatched_cancellation'"
check "pairs sum to zero" none \
    "select pair from ledger where policy in ('pair', 'reversal') and pair <> '' group by pair
     having round(sum(paid), 2) <> 0 or round(sum(allowed), 2) <> 0"

check "every member is known" none \
    "select payer, member_id from true_persons except select payer, member_id from members"
check "and no other is" none \
    "select payer, member_id from members except select payer, member_id from true_persons"
both="true_persons t join members m on m.payer = t.payer and m.member_id = t.member_id"
check "members of one person got one number" none \
    "select t.person from $both group by t.person having count(distinct m.person_id) > 1"
check "members of two persons got two" none \
    "select m.person_id from $both group by m.person_id having count(distinct t.person) > 1"
duals="true_persons a join true_persons b
       on a.person = b.person and a.payer = 'medicare' and b.payer = 'medicaid'"
check "there are duals enough to tell" answer 1 "select count(*) > 20 from $duals"
check "every dual is one person" none \
    "select a.person from $duals
     join members x on x.payer = a.payer and x.member_id = a.member_id
     join members y on y.payer = b.payer and y.member_id = b.member_id
     where x.person_id <> y.person_id"
check "every line knows its person" none \
    "select f.claim_id from final f left join members m
     on m.payer = f.payer and m.member_id = f.member_id
     where m.person_id is null or m.person_id <> f.person_id"

check "the sums by payer and type of claim are true" none \
    "select payer, claim_type, lines, paid, allowed, ffs_equivalent from true_sums
     except select payer, claim_type, rows, paid, allowed, ffs_equivalent from sums"
check "and there are no others" \
    answer 0 "select (select count(*) from true_sums) - (select count(*) from sums)"

# attribution: a row for every person and month covered, attributed as the generator knows
# CCLF8 lists only who is aligned, so it is no part of the population
attribute() {
    hc-identify --rules=identity-invented --previous=members.arrow --crosswalk=in/medicare/crosswalk.arrow \
        -o population.arrow in/residents/coverage.arrow in/bcbsvt/coverage.arrow \
        in/medicaid/coverage.arrow &&
        hc-attribute --program=medicare-vtaco,medicaid-vtaco,bcbsvt-vtaco \
            --claims=final.arrow --coverage=population.arrow --providers=in/roster/provider.arrow \
            -o assignment.arrow --accounts=books/assign.json &&
        hc-export --format=csv -o assignment.csv assignment.arrow \
            --columns=person_id,month,primary_payer,aco_id,practice_id,reason
}
check "people are attributed" attribute
assignments() {
    sqlite3 books.db <<'SQL'
.import --csv state/truth/person_months.csv true_months
.import --csv assignment.csv assignment
create table person as
select distinct t.person, m.person_id from true_persons t
join members m on m.payer = t.payer and m.member_id = t.member_id;
create view want_months as
select p.person_id, t.month, replace(t.primary_payer, '_advantage', '') primary_payer,
    t.eligible, t.aco_id, t.practice_id
from true_months t join person p on p.person = t.person;
create view got_months as
select person_id, substr(month, 1, 7) month, primary_payer,
    case when reason in ('medicare_advantage', 'limited_benefit', 'other_insurance', 'not_resident',
                         'no_part_a_and_b') then 'N' else 'Y' end eligible,
    aco_id, practice_id from assignment;
SQL
}
check "sqlite3 reads them" assignments
check "there are as many person-months as should be" \
    answer 0 "select (select count(*) from true_months) - (select count(*) from assignment)"
check "each has its primary payer, eligible, organisation and practice as it should" none \
    "select * from want_months except select * from got_months"
check "no other is" none "select * from got_months except select * from want_months"
check "several hundred months are attributed by each kind of payer" answer 3 \
    "select count(*) from (select primary_payer from got_months where aco_id = 'VTACO'
     group by 1 having count(*) > 300)"

# what says nothing about persons says nothing: the marks of docs/SYNTH.md
silent() {
    cat in/*/receipt.json books/* said.all >heard
    [ -s heard ] || return 1
    ! grep -aoE 'ZQ[A-Z]|[1-9]S.[0-9]L.[0-9]ZB[0-9]{2}|\b(9900[0-9]{9}|77[0-9]{10})\b' heard
}
check "no mark of a person stands in receipts, accounts and messages" silent
echo "1..$n"
