#!/bin/sh
# No two files of the library define the same global name: the linker would take either.
set -u
lib=${HC_BUILD:?run by make check}/libhc.a
twice=$(nm -g --defined-only "$lib" 2>/dev/null | awk '/ [TDBR] /{print $3}' | sort | uniq -d |
    grep -v '^__' || true)
if [ -z "$twice" ]; then
    echo "ok 1 - every global name is defined once"
else
    echo "not ok 1 - every global name is defined once"
    echo "$twice" | sed 's/^/# /'
fi
echo "1..1"
