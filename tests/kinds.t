#!/bin/sh
# tests/readers/expected.tsv, which other Arrow libraries are held against (make check-readers),
# has the kinds as they are now.
set -u
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
expected=$(dirname "$0")/readers/expected.tsv
echo 1..1
if "$HC_BUILD/tests/readers/make_kinds.t" "$work" >"$work/made.tsv" &&
    diff "$expected" "$work/made.tsv" >"$work/differences"; then
    echo "ok 1 - the kinds are those of tests/readers/expected.tsv"
else
    echo "not ok 1 - the kinds are those of tests/readers/expected.tsv"
    sed 's/^/# /' "$work/differences"
fi
