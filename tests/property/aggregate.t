#!/bin/sh
# hc-aggregate against the same questions asked in sqlite3 of the same records as CSV; and its
# laws: order of inputs, memory, and where a batch ends never show.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work" || exit 1
n=0 failed=0
result() { # STATUS SENTENCE, with "$work/said" shown when it failed
    n=$((n + 1))
    if [ "$1" = 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        failed=$((failed + 1))
        sed 's/^/# /' said | head -30
    fi
}

hc-synth --people=200 --months=14 --seed=7 -o synth >said 2>&1
result $? "deliveries are made"
set -- synth/incoming/medicare/*
hc-ingest --feed=medicare-cclf --out-dir=all "$@" >said 2>&1
result $? "and ingested"
part=0
for zip; do
    part=$((part + 1))
    hc-ingest --feed=medicare-cclf --out-dir=part$part "$zip" >>said 2>&1 || break
done
[ $part = $# ]
result $? "also one by one"
hc-export --format=csv all/claim_line.arrow >lines.csv 2>said &&
    hc-export --format=csv all/coverage.arrow >coverage.csv 2>>said
result $? "the records as CSV"
sqlite3 state.db >said 2>&1 <<'END'
.mode csv
.import lines.csv raw
.import coverage.csv coverage
create table lines as select *,
  case when adjustment = 'cancellation' then -1 else 1 end as sign,
  cast(round(nullif(paid, '') * 100) as integer) as paid_c,
  cast(round(nullif(allowed, '') * 100) as integer) as allowed_c,
  cast(round(nullif(ffs_equivalent, '') * 100) as integer) as ffs_c,
  case when service_from = '' then '' else substr(service_from, 1, 4) || '-Q' ||
    ((cast(substr(service_from, 6, 2) as integer) + 2) / 3) end as quarter,
  substr(service_from, 1, 7) as month, substr(paid_date, 1, 4) as paid_year,
  case when person_id <> '' then person_id else payer || ' ' || member_id end as person
  from raw;
END
result $? "the records in sqlite3"

# SENTENCE, SQL giving group...|value, then options: one measure
ask() {
    sentence=$1 sql=$2
    shift 2
    sqlite3 -separator , state.db "$sql" | LC_ALL=C sort >want
    hc-aggregate "$@" -o cells.arrow all/claim_line.arrow >said 2>&1 &&
        hc-export --format=csv cells.arrow 2>>said | tail -n +2 | LC_ALL=C sort >got
    diff want got >>said 2>&1 && [ -s got ]
    result $? "$sentence"
}
ask "lines" "select sum(sign) from lines" --measure=lines
ask "rows by payer and type of claim" "select payer, claim_type, count(*) from lines group by 1, 2" \
    --by=payer,claim_type --measure=rows
ask "lines by quarter" "select quarter, sum(sign) from lines group by 1" --by=quarter --measure=lines
ask "paid by month" "select month, printf('%.2f', sum(paid_c) / 100.0) from lines group by 1" --by=month --measure=paid
ask "allowed by type of claim and year of payment" \
    "select claim_type, paid_year, case when count(allowed_c) then printf('%.2f', sum(allowed_c) / 100.0) else '' end from lines group by 1, 2" \
    --by=claim_type,paid_date_year --measure=allowed
ask "prospective by quarter" \
    "select quarter, case when count(ffs_c - paid_c) then printf('%.2f', sum(ffs_c - paid_c) / 100.0) else '' end from lines group by 1" \
    --by=quarter --measure=prospective
ask "people by quarter" "select quarter, count(distinct person) from lines group by 1" \
    --by=quarter --measure=people
ask "claims by type and quarter" "select claim_type, quarter,
    count(distinct case when sign > 0 then payer || ' ' || claim_type || ' ' || claim_id end) -
    count(distinct case when sign < 0 then payer || ' ' || claim_type || ' ' || claim_id end)
    from lines group by 1, 2" --by=claim_type,quarter --measure=claims
ask "paid of some, with every kind of condition" "select claim_type, printf('%.2f', sum(paid_c) / 100.0) from lines where
    paid_c > 5000 and not (claim_type in ('dme', 'dental') or nullif(procedure_code, '') >= '99')
    and service_from between '2020-03-01' and '2020-12-31' group by 1" --by=claim_type --measure=paid \
    --where="paid > 50 and not (claim_type in (dme, dental) or procedure_code >= '99') and
      service_from >= 2020-03-01 and service_from <= 2020-12-31"
ask "lines of some months" "select month, sum(sign) from lines
    where month between '2020-04' and '2020-06' group by 1" --by=month --measure=lines \
    --months=2020-04..2020-06

# Member months: a span counts in each month that it touches, once a person.
sqlite3 -separator , state.db >want <<'END'
with recursive months(m) as (select '2020-01-01' union all
  select date(m, '+1 month') from months where m < '2020-12-01')
select substr(m, 1, 7), count(distinct coalesce(nullif(person_id, ''), payer || ' ' || member_id))
from months, coverage where start_date <> '' and substr(start_date, 1, 7) <= substr(m, 1, 7)
and (end_date = '' or substr(end_date, 1, 7) >= substr(m, 1, 7)) group by 1 order by 1;
END
hc-aggregate --by=month --measure=member_months --months=2020-01..2020-12 -o cells.arrow \
    all/coverage.arrow >said 2>&1 &&
    hc-export --format=csv cells.arrow | tail -n +2 >got
diff want got >>said 2>&1 && [ -s got ]
result $? "member months"

question="--by=claim_type,quarter --measure=lines,claims,people,paid,prospective --people"
# shellcheck disable=SC2086 # words they are
{
    hc-aggregate $question -o whole.arrow all/claim_line.arrow >said 2>&1
    result $? "one question of all"
    # Parts in two orders; the last one through a pipe.
    forth='' back=''
    for i in $(seq 1 $part); do
        forth="$forth part$i/claim_line.arrow" back="part$i/claim_line.arrow $back"
    done
    hc-aggregate $question -o forth.arrow $forth >said 2>&1 && cmp whole.arrow forth.arrow >>said 2>&1
    result $? "the same of its parts"
    hc-aggregate $question -o back.arrow $back >said 2>&1 && cmp whole.arrow back.arrow >>said 2>&1
    result $? "in any order"
    hc-aggregate $question -o - - <all/claim_line.arrow 2>said | hc-export --format=csv >piped.csv &&
        hc-export --format=csv whole.arrow >whole.csv && cmp whole.csv piped.csv >>said 2>&1
    result $? "through a pipe"
    hc-aggregate $question --memory=1M -o small.arrow all/claim_line.arrow >said 2>&1 &&
        cmp whole.arrow small.arrow >>said 2>&1
    result $? "with little memory"
    LC_ALL=C.UTF-8 TZ=Asia/Tokyo hc-aggregate $question -o far.arrow all/claim_line.arrow >said 2>&1 &&
        cmp whole.arrow far.arrow >>said 2>&1
    result $? "in another time zone and locale"
}
hc-aggregate --measure=paid --where='paid > 100' --accounts=books.json -o cells.arrow \
    all/claim_line.arrow >said 2>&1 &&
    jq -e '([.in[] | .rows] | add) == .out[0].rows + .set_aside[0].rows and .balanced and
      ((.in[0].sums.paid | tonumber) == (.out[0].sums.paid | tonumber) +
        (.set_aside[0].sums.paid | tonumber))' books.json >>said 2>&1
result $? "rows in are rows used and filtered, and so are their sums"
echo "1..$n"
