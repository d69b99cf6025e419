#!/bin/sh
# Whole outputs. Each tests/golden/CASE is copied to a folder of its own, where sh runs its
# `cmd`; standard output, standard error and exit status must be what `out`, `err` and `status`
# say (no such file: nothing, nothing, 0). `check`, where there is one, runs afterwards in the
# same folder, and its output must be `check.out`.
#
#   GOLDEN=pattern   only these cases        GOLDEN_ACCEPT=1   rewrite the expectations
#   GOLDEN_DIR=DIR   cases from elsewhere (the runner's own test)
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cases=${GOLDEN_DIR:-$root/tests/golden}
bin=${HC_BUILD:-$root/build/release}/bin
PATH=$bin:$PATH HCTOOLS_PATH=$root HC_ROOT=$root LC_ALL=C TZ=UTC
export PATH HCTOOLS_PATH HC_ROOT LC_ALL TZ
unset TMPDIR
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
count=0 failed=0

expected() { # CASE-FOLDER NAME: the expectation, or what no file stands for
    if [ -f "$1/$2" ]; then cat "$1/$2"; elif [ "$2" = status ]; then echo 0; fi
}

run_case() { # FOLDER INTO: leaves INTO/{out,err,status,check.out}
    into=$2
    mkdir -p "$into/folder" && cp -R "$1/." "$into/folder" || return 1
    (cd "$into/folder" && rm -f cmd out err status check check.out)
    (cd "$into/folder" && sh "$1/cmd" >"$into/out" 2>"$into/err" </dev/null)
    echo $? >"$into/status"
    : >"$into/check.out"
    if [ -f "$1/check" ]; then
        (cd "$into/folder" && sh "$1/check" >"$into/check.out" 2>&1 </dev/null)
    fi
}

report() { # CASE PASSED
    count=$((count + 1))
    if [ "$2" = yes ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        failed=$((failed + 1))
    fi
}

accept() { # CASE-FOLDER GOT
    for name in out err status check.out; do
        if [ "$(cat "$2/$name"; echo x)" = "$(expected /nowhere $name; echo x)" ]; then
            rm -f "$1/$name"
        else
            cp "$2/$name" "$1/$name"
        fi
    done
}

for case in "$cases"/*/; do
    case=${case%/}
    name=${case##*/}
    [ -f "$case/cmd" ] || continue
    # shellcheck disable=SC2254 # a pattern it shall be
    case $name in ${GOLDEN:-*}) ;; *) continue ;; esac
    got=$work/$name pass=yes
    run_case "$case" "$got" || pass=no
    [ -z "${GOLDEN_ACCEPT:-}" ] || accept "$case" "$got"
    for part in out err status check.out; do
        expected "$case" $part >"$work/expected"
        cmp -s "$work/expected" "$got/$part" && continue
        pass=no
        diff -a -u --label "expected/$part" --label "got/$part" "$work/expected" "$got/$part" |
            head -40 | sed 's/^/# /'
    done
    report "$name" $pass
    rm -rf "$got"
done

# The runner itself: a case that must fail, for each thing compared.
if [ -z "${GOLDEN_DIR:-}" ] && [ -z "${GOLDEN_ACCEPT:-}" ]; then
    for part in out err status check.out; do
        mkdir -p "$work/self/$part/wrong"
        echo 'echo data; echo message >&2; exit 3' >"$work/self/$part/wrong/cmd"
        echo data >"$work/self/$part/wrong/out"
        echo message >"$work/self/$part/wrong/err"
        echo 3 >"$work/self/$part/wrong/status"
        echo 'echo checked' >"$work/self/$part/wrong/check"
        echo checked >"$work/self/$part/wrong/check.out"
        pass=no
        GOLDEN='' GOLDEN_DIR=$work/self/$part sh "$0" >/dev/null && pass=yes
        echo 4 >"$work/self/$part/wrong/$part"
        GOLDEN='' GOLDEN_DIR=$work/self/$part sh "$0" >/dev/null && pass=no
        report "self-test: a wrong $part fails, the right one passes" $pass
    done
fi
echo "1..$count"
[ $failed = 0 ] # for the runner itself, above
