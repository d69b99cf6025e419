#!/bin/sh
# What hc-synth writes keeps its own contract (docs/SYNTH.md): same options, same bytes; every
# total true; every trap present.
# shellcheck source=../tap.sh
. "$(dirname "$0")/../tap.sh"
digest() { (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum); }
same() { [ "$(digest "$1")" = "$(digest "$2")" ]; }
differ() { ! same "$1" "$2"; }
status_is() {
    want=$1
    shift
    "$@"
    got=$?
    echo "status $got, expected $want"
    [ "$got" = "$want" ]
}

small="--people=60 --months=5 --seed=3"
check "a small state is made" hc-synth $small -o "$work/a"
TZ=UTC0 LC_ALL=C hc-synth $small -o "$work/b"
check "the same options give the same bytes" same "$work/a" "$work/b"
rm -rf "$work/b"
(umask 027 && cd "$work" && TZ=Asia/Tokyo LC_ALL=C.UTF-8 hc-synth $small -o b)
check "also in another time zone, locale and folder" same "$work/a" "$work/b"
hc-synth $small -o "$work/b"
check "and over an older state" same "$work/a" "$work/b"
hc-synth --people=60 --months=5 --seed=4 -o "$work/c"
check "another seed gives another state" differ "$work/a" "$work/c"
check "no output folder is a usage error" status_is 64 hc-synth
check "an end that is no month is a usage error" status_is 64 hc-synth --end=2021-13 -o "$work/d"
check "too few people is a usage error" status_is 64 hc-synth --people=3 -o "$work/d"

state=$work/state
check "500 people are made" hc-synth --people=500 --seed=1 -o "$state"
no_trap_missing() {
    awk -F, 'NR > 1 { n++; if ($2 == 0) { print $1 " is missing"; bad = 1 } }
             END { exit bad || n < 40 }' "$state/truth/traps.csv"
}
check "every trap is there" no_trap_missing
all_zips() {
    for zip in "$state"/incoming/medicare/*; do
        unzip -tqq "$zip" || return 1
    done
    [ "$(ls "$state/incoming/medicare" | wc -l)" = 45 ]
}
check "every CCLF zip passes unzip -t" all_zips
all_gzips() {
    find "$state/incoming" -name '*.gz' -exec gzip -t {} + &&
        [ "$(find "$state/incoming" -name '*.gz' | wc -l)" = $((45 * 7)) ]
}
check "every gz passes gzip -t" all_gzips

# CCLF0 against the members: name, count, record length of each
cclf0() {
    for zip in "$state"/incoming/medicare/*; do
        base=$(basename "$zip")
        yy=$(echo "$base" | cut -c16-17)
        rest=${base#P.F0001.ACO.ZCY??.}
        unzip -p "$zip" "P.F0001.ACO.ZC0Y$yy.$rest" >"$work/cclf0" || return 1
        [ "$(wc -l <"$work/cclf0")" = 12 ] || return 1
        awk -F'|' 'length($0) != (NR == 1 ? 69 : 70) { print "CCLF0 line " NR; exit 1 }
                   NR > 1 { print substr($1, 5, 1), $3 + 0, $4 + 0 }' "$work/cclf0" >"$work/told" ||
            return 1
        while read -r file count length; do
            unzip -p "$zip" "P.F0001.ACO.ZC${file}Y$yy.$rest" |
                awk -v c="$count" -v l="$length" -v f="$base $file" \
                    'length($0) != l { print f ": length " length($0); bad = 1; exit 1 }
                     END { if (NR != c) { print f ": " NR " records, told " c; bad = 1 } exit bad }' ||
                return 1
        done <"$work/told"
    done
}
check "CCLF0 tells the count and record length of every file" cclf0

trailers() {
    for gz in "$state"/incoming/bcbsvt/*.gz "$state"/incoming/medicaid/*.gz; do
        gzip -dc "$gz" | tr -d '\r' | awk -F'|' -v name="$gz" '
            NR == 1 { if ($1 != "HD") bad = "no HD" }
            NR == 2 { columns = NF }
            NR > 2 && $1 != "TR" { rows++; if (NF != columns) bad = "row " NR ": " NF " cells" }
            $1 == "TR" { told = $NF; trailers++ }
            END { if (trailers != 1 || told + 0 != rows + 0) bad = rows " rows, told " told
                  if (bad) { print name ": " bad; exit 1 } }' || return 1
    done
}
check "every HD, TR and row agrees" trailers
columns() {
    for want in MC:165 PC:73 ME:79; do
        got=$(gzip -dc "$state/incoming/bcbsvt/BCBSVT_${want%:*}_202011.txt.gz" |
            awk -F'|' 'NR == 2 { print NF }')
        [ "$got" = "${want#*:}" ] || { echo "$want is $got"; return 1; }
    done
}
check "the commercial files have 165, 73 and 79 columns" columns
ends() {
    gzip -dc "$state/incoming/bcbsvt/BCBSVT_MC_202011.txt.gz" | awk '!/\r$/ { exit 1 }' &&
        gzip -dc "$state/incoming/medicaid/DVHA_MC_202011.txt.gz" | awk '/\r/ { exit 1 }'
}
check "commercial lines end in CR LF, Medicaid's in LF" ends

luhn() {
    {
        awk -F, 'NR > 1 { print $1 }' "$state/incoming/roster.csv"
        gzip -dc "$state"/incoming/bcbsvt/BCBSVT_MC_20201*.txt.gz |
            awk -F'|' '$165 ~ /^MC/ { print $135; print $148 }'
    } | awk '{ sum = 24
               for (i = 1; i <= 10; i++) {
                   d = substr($1, i, 1) + 0
                   if (i % 2) { d *= 2; if (d > 9) d -= 9 }
                   sum += d
               }
               if (length($1) != 10 || sum % 10) { print $1; exit 1 } }'
}
check "every NPI has a true check digit" luhn
markers() {
    gzip -dc "$state"/incoming/residents/*.gz | awk -F, '
        $1 == "BENE_MBI_ID" { next }
        $1 !~ /^[1-9]S.[0-9]L.[0-9]ZB[0-9][0-9]$/ || $3 !~ /^ZQ/ || $4 !~ /^ZQ/ || $5 !~ /^9/ {
            print; exit 1 }'
}
check "names and numbers of people carry their marks" markers
key() { grep -Eqx '[0-9a-f]{64}' "$state/incoming/identity.key"; }
check "the identity key is 64 hex digits" key

sums() {
    awk -F, 'NR > 1 { k = $1 "," $2; n[k]++; p[k] += $6 * 100; a[k] += $7 * 100; f[k] += $8 * 100 }
             END { for (k in n) printf "%s,%d,%.0f,%.0f,%.0f\n", k, n[k], p[k], a[k], f[k] }' \
        "$state/truth/lines.csv" | LC_ALL=C sort >"$work/added"
    awk -F, 'NR > 1 { printf "%s,%s,%d,%.0f,%.0f,%.0f\n", $1, $2, $3, $4 * 100, $5 * 100, $6 * 100 }' \
        "$state/truth/sums.csv" | LC_ALL=C sort | diff - "$work/added"
}
check "truth: sums.csv adds up lines.csv" sums
scale() {
    awk -F, 'NR > 1 { m[$2]; e[$2] += $4 == "Y"; a[$2] += $5 != "" }
             END { for (k in m) printf "%s,%d,%d\n", k, a[k], e[k] }' \
        "$state/truth/person_months.csv" | LC_ALL=C sort >"$work/counted"
    tail -n +2 "$state/truth/scale.csv" | diff - "$work/counted"
}
check "truth: scale.csv counts person_months.csv" scale
delivered() { # standing and set-aside lines are all there was, but for claims without lines
    awk -F, '$2 ~ /ZC[567]Y|_[MP]C_/ || $1 ~ /_[MP]C_/ { n += $3 } END { print n + 0 }' \
        "$state/truth/deliveries.csv" >"$work/records"
    cat "$state/truth/lines.csv" "$state/truth/set_aside.csv" |
        awk -F, '!(/^medicare,institutional/ || /^payer/) { n++ } END { print n + 0 }' |
        diff "$work/records" -
}
check "truth: every line delivered either stands or is set aside" delivered
duals() { # one person, two payers
    awk -F, 'NR > 1 && ++seen[$1] == 2 { n++ } END { exit n < 20 }' "$state/truth/persons.csv"
}
check "truth: people with more than one payer" duals

# The commercial payer in another form: other files, the same lines and amounts
forms() {
    hc-synth --people=200 --months=6 -o "$work/cdl" || return 1
    for form in nh nh-replace columns columns-replace columns-restate columns-overpunch; do
        hc-synth --people=200 --months=6 --commercial="$form" -o "$work/$form" || return 1
        for table in sums person_months traps scale; do
            diff "$work/cdl/truth/$table.csv" "$work/$form/truth/$table.csv" || return 1
        done
        for d in cdl "$form"; do
            sed -E 's/(ZQC[0-9]*)[RV]*/\1/' "$work/$d/truth/lines.csv" | LC_ALL=C sort >"$work/$d.lines"
        done
        diff "$work/cdl.lines" "$work/$form.lines" || return 1
        ! diff -rq "$work/cdl/incoming/bcbsvt" "$work/$form/incoming/bcbsvt" || return 1
    done
}
check "the commercial payer in each form: the same lines stand" forms
refused() {
    hc-synth --people=20 --commercial=edi -o "$work/edi"
    [ $? -eq 64 ] && [ ! -e "$work/edi" ]
}
check "a form that is not known is refused" refused

# The committed sample is what the generator makes today (zips apart: zlib's bytes may differ)
sample() {
    hc-synth --people=40 --months=6 --seed=1 -o "$work/sample" &&
        diff -r "$root/samples/truth" "$work/sample/truth" &&
        diff "$root/samples/incoming/roster.csv" "$work/sample/incoming/roster.csv" &&
        diff "$root/samples/incoming/identity.key" "$work/sample/incoming/identity.key" &&
        (cd "$root/samples/incoming" && find . -type f | LC_ALL=C sort) >"$work/names" &&
        (cd "$work/sample/incoming" && find . -type f | LC_ALL=C sort) | diff "$work/names" -
}
check "samples/ is what its README says" sample
echo "1..$n"
