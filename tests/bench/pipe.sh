#!/bin/sh
# One run over about a million Medicare claim lines: bare inflate of the zips, hc-ingest,
# hc-dedupe, and the whole pipe; what each costs, as a multiple of bare inflate, and the peak
# memory of each process. bench.sh looks at hc-ingest more closely.
#
#   pipe.sh FOLDER      FOLDER holds bin/; deliveries and outputs go to FOLDER/bench
#   PEOPLE=N MONTHS=M   the size: 60000 and 30 give about a million lines
#   REPEAT=N            how often each is run; the fastest counts (default 3)
set -eu
build=$1
bin=$build/bin
work=$build/bench
people=${PEOPLE:-60000}
months=${MONTHS:-30}
repeat=${REPEAT:-3}
data=$work/state-$people-$months
table=$work/table
mkdir -p "$work"
if [ ! -f "$data/done" ]; then
    echo "inventing $people people, $months months ..." >&2
    rm -rf "$data"
    "$bin/hc-synth" --people="$people" --months="$months" --seed=1 -o "$data"
    touch "$data/done"
fi
set -- "$data"/incoming/medicare/*
measure=$work/measure
columns=claim_type,paid,service_thru
: >"$table"

best() { # NAME: wall, CPU and memory of the fastest run so far
    awk -F '\t' -v name="$1" '$1 == name && (!n++ || $2 < wall) { wall = $2; cpu = $3 }
        $1 == name && $4 > peak { peak = $4 }
        END { if (n) print wall "\t" cpu "\t" peak }' "$table"
}
report() { # NAME WHAT [FLOOR]: as multiples of FLOOR, by itself inflate
    best "$1" | awk -F '\t' -v what="$2" -v wall="$(best "${3:-inflate}" | cut -f 1)" \
        -v cpu="$(best "${3:-inflate}" | cut -f 2)" \
        '{ printf "%-44s %7.2f x %7.2f x %8.2f s %8.2f s %7.0f MiB\n", what, $1 / wall,
           $2 / cpu, $1, $2, $3 / 1024 }'
}

run=0
while [ $run -lt "$repeat" ]; do
    run=$((run + 1))
    "$measure" "$table" inflate "$work/inflate" zlib "$@" >"$work/inflate.out"
    "$measure" "$table" ingest "$bin/hc-ingest" --feed=medicare-cclf --kind=claim_line \
        -o "$work/lines.arrow" "$@"
    "$measure" "$table" ingest-few "$bin/hc-ingest" --feed=medicare-cclf --kind=claim_line \
        --columns=$columns -o "$work/few.arrow" "$@"
    "$measure" "$table" dedupe "$bin/hc-dedupe" --temp-dir="$work" -o "$work/final.arrow" \
        "$work/lines.arrow"
    "$measure" "$table" dedupe-few "$bin/hc-dedupe" --temp-dir="$work" \
        -o "$work/final-few.arrow" "$work/few.arrow"
    export measure table bin work columns
    # shellcheck disable=SC2016 # the inner shell's variables
    "$measure" "$table" pipe sh -c '
        "$measure" "$table" pipe-ingest "$bin/hc-ingest" --feed=medicare-cclf \
            --kind=claim_line --columns="$columns" "$@" |
        "$measure" "$table" pipe-dedupe "$bin/hc-dedupe" --temp-dir="$work" |
        "$measure" "$table" pipe-aggregate "$bin/hc-aggregate" --by=claim_type,quarter \
            --measure=lines,paid |
        "$measure" "$table" pipe-export "$bin/hc-export" --format=csv >"$work/answer.csv"
        ' sh "$@"
done

lines=$("$bin/hc-view" "$work/lines.arrow" | awk 'NR == 1 {
    for (i = 1; i < NF; i++) if ($(i + 1) ~ /^rows/) print $i }')
echo "$lines claim lines, $(cat "$work/inflate.out"), fastest of $repeat runs"
printf '%-44s %9s %9s %10s %10s %11s\n' '' 'wall' 'CPU' 'wall' 'CPU' 'peak'
report inflate 'bare inflate (zlib)'
report ingest 'hc-ingest, all columns, to a file'
report ingest-few 'hc-ingest --columns, to a file'
report dedupe 'hc-dedupe, all columns, file to file'
report dedupe-few 'hc-dedupe, few columns, file to file'
report pipe 'ingest | dedupe | aggregate | export'
report pipe-ingest '  hc-ingest in the pipe'
report pipe-dedupe '  hc-dedupe in the pipe'
report pipe-aggregate '  hc-aggregate in the pipe'
report pipe-export '  hc-export in the pipe'
