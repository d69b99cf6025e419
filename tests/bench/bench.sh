#!/bin/sh
# What hc-ingest costs beside bare inflate of the same files: wide gzip files (60 columns, 15
# wanted), gzip files with commas and quotes, CCLF zips. Inflate and ingest take turns, the
# least of REPEAT counts. Wall is of a whole process, CPU user and system of all its threads.
# Bare inflate holds every file against its checksum, as hc-ingest does; of zips the table
# shows, in brackets, what the ratio to zlib would be without.
#
#   bench.sh FOLDER     FOLDER holds bin/; deliveries and outputs go to FOLDER/bench
#   ROWS=N              lines of each of 4 wide and 4 quoted files (default 100000)
#   PEOPLE=N MONTHS=M   the size of the CCLF zips (default 12000 and 24)
#   LARGE=N             people behind one large CCLF zip (default 150000: 48 MB of text)
#   REPEAT=N            how often each is run (default 5)
#   INGEST='--memory=1G' options for every hc-ingest, besides --jobs=1 and --jobs=2
set -eu
build=$1
here=$(dirname "$0")
bin=$build/bin
work=$build/bench
rows=${ROWS:-100000}
people=${PEOPLE:-12000}
months=${MONTHS:-24}
large=${LARGE:-150000}
repeat=${REPEAT:-5}
table=$work/table
gz=$work/gz-$rows
zips=$work/state-$people-$months
large_zips=$work/state-$large-3
mkdir -p "$work"
if [ ! -f "$gz/done" ]; then
    rm -rf "$gz"
    mkdir -p "$gz/wide" "$gz/quoted"
    "$work/deliveries" wide "$gz/wide" 4 "$rows"
    "$work/deliveries" quoted "$gz/quoted" 4 "$rows"
    touch "$gz/done"
fi
invent() { # FOLDER PEOPLE MONTHS
    [ ! -f "$1/done" ] || return 0
    echo "inventing $2 people, $3 months ..." >&2
    rm -rf "$1"
    "$bin/hc-synth" --people="$2" --months="$3" --seed=1 -o "$1"
    touch "$1/done"
}
invent "$zips" "$people" "$months"
invent "$large_zips" "$large" 3
: >"$table"

measure() { # NAME COMMAND...: a line in the table; 69 is no failure, but no line either
    rm -f "$work"/*.arrow # to take away what another run wrote is no part of this one
    "$work/measure" "$table.one" "$@" >"$work/out" || [ $? = 69 ] || exit 1
    [ ! -s "$work/out" ] || mv "$work/out" "$work/size-$1"
    cat "$table.one" >>"$table"
    rm -f "$table.one"
}
turn() { # CASE FILES...: once everything that can be done with them
    name=$1 && shift
    measure "$name-zlib" "$work/inflate" zlib "$@"
    case $name in
    cclf*) measure "$name-unchecked" "$work/inflate" zlib-unchecked "$@" ;;
    esac
    "$work/inflate" isa-l "$1" >"$work/isal" || [ $? = 69 ]
    [ ! -s "$work/isal" ] || measure "$name-isal" "$work/inflate" isa-l "$@"
    case $name in
    cclf*) feed=medicare-cclf ;;
    *) feed=$here/feeds/bench-$name.yaml ;;
    esac
    for jobs in 1 2; do
        # shellcheck disable=SC2086 # several options
        measure "$name-$jobs" "$bin/hc-ingest" --jobs=$jobs ${INGEST:-} --feed="$feed" \
            --kind=claim_line -o "$work/$name.arrow" "$@"
        # shellcheck disable=SC2086
        [ $name != cclf ] || measure cclf-few-$jobs "$bin/hc-ingest" --jobs=$jobs ${INGEST:-} \
            --feed=medicare-cclf --kind=claim_line --columns=claim_type,paid,service_thru \
            -o "$work/$name.arrow" "$@"
    done
}
largest() { # FOLDER: of its zips
    # shellcheck disable=SC2012 # names of our own
    ls -S "$1"/incoming/medicare/* | head -1
}
run=0
while [ $run -lt "$repeat" ]; do
    run=$((run + 1))
    turn wide "$gz"/wide/*.gz
    turn quoted "$gz"/quoted/*.gz
    turn cclf "$zips"/incoming/medicare/*
    turn cclf-large "$(largest "$large_zips")"
    turn cclf-small "$(largest "$zips")"
done

least() { # NAME: least wall, least CPU, most memory; nothing when it never ran
    awk -F '\t' -v name="$1" '$1 == name {
            if (!n++ || $2 < wall) wall = $2
            if (n == 1 || $3 < cpu) cpu = $3
            if ($4 > peak) peak = $4 }
        END { if (n) print wall "\t" cpu "\t" peak }' "$table"
}
report() { # NAME CASE WHAT
    { least "$2-zlib"; least "$2-isal"; echo; least "$1"; least "$2-unchecked"; } |
        awk -F '\t' -v what="$3" '
        NF == 0 { own = 1; next }
        own == 2 { printf "  (%.2f x %.2f x)", mine / $2, mine_wall / $1; next }
        !own { wall[++n] = $1; cpu[n] = $2; next }
        {
            printf "%-36s %6.2f s %6.2f s %5.0f MiB", what, $2, $1, $3 / 1024
            for (i = 1; i <= n; i++) printf " %6.2f x %6.2f x", $2 / cpu[i], $1 / wall[i]
            own = 2
            mine = $2
            mine_wall = $1
        }
        END { print "" }'
}
echo "least of $repeat runs; ingest options: ${INGEST:-none}"
printf '%-36s %8s %8s %9s %17s %17s  %s\n' '' CPU wall peak 'CPU, wall/zlib' \
    'CPU, wall/isa-l' '(zlib, unchecked)'
for name in wide quoted cclf cclf-large cclf-small; do
    case $name in
    cclf-large) what='one large CCLF zip, all columns' ;;
    cclf-small) what='one small CCLF zip, all columns' ;;
    wide) what='gzip, pipes, 15 of 60 columns' ;;
    quoted) what='gzip, commas, quotes, 15 of 30' ;;
    cclf) what='CCLF zips, all columns' ;;
    esac
    echo "$what: $(cat "$work/size-$name-zlib")"
    report "$name-zlib" "$name" '  bare inflate, zlib'
    [ -z "$(least "$name-isal")" ] || report "$name-isal" "$name" '  bare inflate, isa-l'
    for jobs in 1 2; do
        report "$name-$jobs" "$name" "  hc-ingest --jobs=$jobs"
        [ $name != cclf ] || report cclf-few-$jobs cclf "  --columns of three, --jobs=$jobs"
    done
done
