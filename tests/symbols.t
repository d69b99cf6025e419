#!/bin/sh
# No two files of the library define the same global name: the linker would take either. And
# none defines a global name that nothing else names: dead code, or code that is only its own
# file's. Tables of rows are named where one adds a row, so they may be global.
set -u
build=${HC_BUILD:?run by make check}
lib=$build/libhc.a
n=0
verdict() {
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        echo "$2" | sed 's/^/# /'
    fi
}
twice=$(nm -g --defined-only "$lib" 2>/dev/null | awk '/ [TDBR] /{print $3}' | sort | uniq -d |
    grep -v '^__' || true)
verdict "every global name is defined once" "$twice"

unused=$({
    nm -g --defined-only "$lib" 2>/dev/null | awk '/ T /{print "has", $3}'
    find "$build" -name '*.o' -exec nm -u {} + 2>/dev/null | awk '$1 == "U" {print "uses", $2}'
} | awk '$1 == "has" {has[$2]} $1 == "uses" {uses[$2]}
         END {for (f in has) if (!(f in uses) && f !~ /^__/) print f}' | sort)
verdict "every global function is called from another file" "$unused"
echo "1..$n"
