#!/bin/sh
# Calls point down only: base < record < format < feed; rule uses base and record, pipeline uses
# base, synth base and format; tools use everything. Read from the #include lines.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)

allowed() { # LAYER: the layers it may include
    case $1 in
    base) echo 'base' ;;
    record) echo 'base record' ;;
    format) echo 'base record format' ;;
    feed) echo 'base record format feed' ;;
    rule) echo 'base record rule' ;;
    pipeline) echo 'base pipeline' ;;
    synth) echo 'base format synth' ;;
    esac
}

upward() { # FOLDER: "file: include" of every arrow that points up, or to no layer at all
    (cd "$1/lib" && grep -rHoE '^ *# *include *"[^"]+"' . --include='*.[ch]' --include='*.def') |
        sed -E 's|^\./([^/]+)/([^:]+): *# *include *"([^"]+)"|\1 \2 \3|' |
        while read -r layer file include; do
            fine=no
            for to in $(allowed "$layer"); do
                case $include in "$to"/*) fine=yes ;; esac
            done
            [ $fine = yes ] || echo "lib/$layer/$file includes \"$include\""
        done
}

count=0 failed=0
report() { # PASSED TEXT
    count=$((count + 1))
    [ "$1" = yes ] && echo "ok $count - $2" && return
    echo "not ok $count - $2"
    failed=$((failed + 1))
}

found=$(upward "$root")
[ -z "$found" ] || echo "$found" | sed 's/^/# /'
pass=no
[ -z "$found" ] && pass=yes
report $pass "every include points down"

for layer in "$root"/lib/*/; do
    layer=$(basename "$layer")
    pass=no
    [ -n "$(allowed "$layer")" ] && pass=yes
    report $pass "layer $layer has its place"
done

# The test itself: planted arrows must be found.
planted=$(mktemp -d) || exit 2
trap 'rm -rf "$planted"' EXIT
for arrow in base:record/batch.h record:rule/final.h rule:format/source.h pipeline:record/batch.h \
    format:feed/feed.h base:err.h; do
    rm -rf "${planted:?}/lib"
    mkdir -p "$planted/lib/${arrow%%:*}"
    printf '#include <stdio.h>\n#include "%s"\n' "${arrow#*:}" >"$planted/lib/${arrow%%:*}/planted.c"
    pass=no
    [ -n "$(upward "$planted")" ] && pass=yes
    report $pass "self-test: ${arrow%%:*} including ${arrow#*:} is found"
done
rm -rf "${planted:?}/lib"
mkdir -p "$planted/lib/record"
printf '#include "base/err.h"\n' >"$planted/lib/record/fine.c"
pass=no
[ -z "$(upward "$planted")" ] && pass=yes
report $pass "self-test: record including base is fine"

echo "1..$count"
