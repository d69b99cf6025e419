#!/bin/sh
# One payer's history, delivered in every form that hc-synth knows (family of columns, dialect, way of
# correcting claims, spans or months): from the deliveries to what stands, each is the truth.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
none() { # FORM QUESTION: the answer must be nothing
    sqlite3 -csv "$1.db" "$2" >answer 2>&1 || { cat answer; return 1; }
    [ ! -s answer ] || { head -10 answer; return 1; }
}

make_form() { hc-synth --people=250 --months=9 --commercial="$1" --also=providers -o "$1"; }
read_form() { # FORM FEED
    hc-ingest -q --feed="$2" --set=payer=bcbsvt --accept=populated --out-dir="$1/in" "$1"/incoming/bcbsvt/* &&
        hc-dedupe --ledger="$1/ledger.arrow" -o "$1/final.arrow" "$1/in/claim_line.arrow"
}
load() { # FORM
    amounts=paid,allowed,ffs_equivalent
    hc-export --format=csv -o "$1/final.csv" "$1/final.arrow" \
        --columns="claim_type,claim_id,line,member_id,status,$amounts" &&
        hc-export --format=csv -o "$1/ledger.csv" "$1/ledger.arrow" \
            --columns="policy,reason,claim_type,claim_id,line,$amounts" &&
        hc-export --format=csv -o "$1/coverage.csv" "$1/in/coverage.arrow" \
            --columns=member_id,start_date,end_date &&
        hc-export --format=csv -o "$1/provider.csv" "$1/in/provider.arrow" \
            --columns=npi,tax_id,specialty || return 1
    {
        for table in lines set_aside persons; do
            echo ".import --csv $1/truth/$table.csv true_$table"
        done
        for table in final ledger coverage provider; do
            echo ".import --csv $1/$table.csv $table"
        done
        echo ".import --csv $1/incoming/roster.csv roster"
        cat <<'SQL'
create view persons as
select person, member_id from true_persons where payer = 'bcbsvt';
create view want as
select claim_type, claim_id, line, p.member_id, l.paid, l.allowed, l.ffs_equivalent
from true_lines l left join persons p on p.person = l.person where l.payer = 'bcbsvt';
create view got as
select claim_type, claim_id, line, member_id, paid, allowed, ffs_equivalent from final;
create view want_aside as
select claim_type, claim_id, line, paid, allowed, ffs_equivalent, reason from true_set_aside
where payer = 'bcbsvt';
-- the ledger's words in the generator's
create view got_aside as
select claim_type, claim_id, line, paid, allowed, ffs_equivalent,
    case reason when 'superseded' then 'replaced' else reason end reason from ledger;
create view want_sums as
select member_id, count(*) lines, round(sum(paid), 2), round(sum(allowed), 2),
    round(sum(ffs_equivalent), 2) from want group by 1;
create view got_sums as
select member_id, count(*) lines, round(sum(paid), 2), round(sum(allowed), 2),
    round(sum(ffs_equivalent), 2) from got group by 1;
with recursive m(day) as
    (select min(start_date) from coverage
     union all select date(day, '+1 month') from m where day < '2021-03-01')
select distinct p.person, m.day from coverage c join persons p on p.member_id = c.member_id
join m on c.start_date <= m.day and (c.end_date = '' or c.end_date >= m.day) order by 1, 2;
SQL
    } >"$1.sql"
    sqlite3 "$1.db" <"$1.sql" >"$1.months" && [ -s "$1.months" ]
}

for form in cdl nh nh-replace columns columns-replace columns-restate columns-overpunch; do
    case $form in
    cdl) feed=apcd-cdl ;;
    nh) feed=apcd-nh ;;
    *) feed=$root/samples/families/feeds/bcbsvt-$form.yaml ;;
    esac
    check "$form: the state is made" make_form $form
    check "$form: it is read and deduped" read_form $form "$feed"
    check "$form: sqlite3 reads both sides" load $form
    check "$form: the lines that stand are true, with member and amounts" none $form \
        "select * from want except select * from got; select * from got except select * from want;
         select claim_id from got group by claim_type, claim_id, line having count(*) > 1;
         select 'too few' where (select count(*) from want) < 300"
    check "$form: so are the sums of every person" none $form \
        "select * from want_sums except select * from got_sums;
         select * from got_sums except select * from want_sums"
    check "$form: and what is set aside, with its reason" none $form \
        "select *, count(*) from want_aside group by 1, 2, 3, 4, 5, 6, 7
         except select *, count(*) from got_aside group by 1, 2, 3, 4, 5, 6, 7;
         select *, count(*) from got_aside group by 1, 2, 3, 4, 5, 6, 7
         except select *, count(*) from want_aside group by 1, 2, 3, 4, 5, 6, 7;
         select 'too few' where (select count(*) from want_aside) < 15"
    check "$form: denied lines stand as denied, with nothing paid" none $form \
        "select claim_id from final where status = 'denied' and paid <> '0.00';
         select 'none' where (select count(*) from final where status = 'denied') < 2"
    check "$form: everybody is covered in the same months" cmp cdl.months $form.months
    check "$form: its providers are those of the roster" none $form \
        "select npi, tax_id, specialty from roster except select * from provider;
         select * from provider except select npi, tax_id, specialty from roster"
done
echo "1..$n"
