# Loaded by the bats files on hc-run.
setup() {
    top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    t=$BATS_TEST_TMPDIR
    cd "$t"
    . "$top/tests/run/state.sh"
    fake_state
}

# Which jobs hc-run says it runs, one a line, with the reason. Standard error only.
reasons() {
    hc-run p.yaml -v -j1 "$@" 2>&1 | sed -n 's/^hc-run: \([^ ]*: .*\)/\1/p' |
        grep -v 'nothing to do:'
}

# The status and the message of a run that must fail.
fails() {
    local want=$1
    shift
    run "$@"
    [ "$status" -eq "$want" ] || { echo "status $status, not $want: $output"; return 1; }
}

says() {
    case $output in *"$1"*) ;; *) echo "not said: $1"; echo "$output"; return 1 ;; esac
}

is() {
    [ "$1" = "$2" ] || { printf 'found:\n%s\nwanted:\n%s\n' "$1" "$2"; return 1; }
}

# No line of the file matches. (bats does not notice a failing "! grep".)
lacks() {
    if grep -q "$2" "$1"; then
        echo "$1 has $2"
        return 1
    fi
}
