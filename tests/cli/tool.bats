#!/usr/bin/env bats
# What every tool does with signals, pipes and full disks, shown with hc-aggregate.

setup_file() {
    cd "$BATS_FILE_TMPDIR" || exit
    hc-synth --people=60 --months=5 --seed=3 -o synth
    set -- synth/incoming/medicare/*
    hc-ingest --feed=medicare-cclf --out-dir=in "$@"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || exit
    stream=$BATS_FILE_TMPDIR/in/claim_line.arrow
    ask='--by=claim_type --measure=lines,paid'
}

@test "a full device is 74, and says so" {
    run hc-aggregate $ask -o /dev/full "$stream"
    [ "$status" -eq 74 ]
    [[ $output == *"/dev/full: cannot write: No space left on device"* ]]
}

@test "a folder for temporary files that is not there is refused at the start" {
    run hc-aggregate $ask --temp-dir=missing "$stream"
    [ "$status" -eq 66 ]
    [[ $output == *"missing: cannot use the folder for temporary files: No such file"* ]]
    [ "$(ls -A)" = "" ]
}

@test "books that cannot be written are known before the output is published" {
    for tool in "hc-aggregate $ask" hc-dedupe "hc-export --format=csv"; do
        run $tool --accounts=/dev/full -o cells "$stream"
        [ "$status" -eq 74 ]
        [ "$(ls -A)" = "" ]
        $tool --accounts=books -o cells "$stream"
        grep -q '"balanced": true' books
        rm books cells
    done
}

@test "hc-ingest that fails before it has a receipt leaves no folder of its own" {
    mkdir there
    set -- "$BATS_FILE_TMPDIR"/synth/incoming/medicare/*
    run hc-ingest --feed=medicare-cclf --accounts=/dev/full --out-dir=there/a/b "$1"
    [ "$status" -eq 74 ]
    [ "$(ls -A) $(ls -A there)" = "there " ]
    run hc-ingest --feed=medicare-cclf --accounts=/dev/full --kind=claim_line -o lines "$1"
    [ "$status" -eq 74 ]
    [ "$(ls -A)" = there ]
    hc-ingest --feed=medicare-cclf --accounts=books --out-dir=there/a/b "$1"
    grep -q '"deliveries": 1' books
    [ -s there/a/b/receipt.json ]
}

@test "an empty standard input is 65, and says that the program before may have failed" {
    run hc-export </dev/null
    [ "$status" -eq 65 ]
    [[ $output == *"nothing came from standard input"* ]]
}

@test "standard output on a full device is 74 too" {
    run bash -c "hc-aggregate $ask '$stream' >/dev/full"
    [ "$status" -eq 74 ]
    run bash -c "hc-aggregate --help >/dev/full"
    [ "$status" -eq 74 ]
}

@test "a reader that went away is 141, without a word" {
    run bash -c "hc-aggregate $ask '$stream' 2>err | true; echo \${PIPESTATUS[0]}; cat err"
    [ "$output" = 141 ] || [ "$output" = 0 ] # true may be slower than the writer
    run bash -c "exec 7> >(exec true); sleep 0.2; hc-aggregate $ask '$stream' >&7 2>err; echo \$?; cat err"
    [ "$output" = 141 ]
}

@test "a file-size limit is 74, the old output stays, nothing else is left" {
    echo old >cells.arrow
    run prlimit --fsize=100 hc-aggregate $ask -o cells.arrow "$stream"
    [ "$status" -eq 74 ]
    [ "$(cat cells.arrow)" = old ]
    [ "$(ls -A)" = cells.arrow ]
}

stopped_by() { # SIGNAL: while it waits for standard input
    mkfifo pipe
    hc-aggregate $ask -o cells.arrow - <pipe 2>err &
    pid=$!
    exec 7>pipe
    head -c 1000 "$stream" >&7
    sleep 0.3
    kill -"$1" $pid
    status=0
    wait $pid || status=$?
    exec 7>&-
    [ ! -e cells.arrow ]
    [ "$(ls -A)" = "$(printf 'err\npipe')" ]
}

@test "SIGTERM while it waits for input is 143, nothing is left" {
    stopped_by TERM
    [ "$status" -eq 143 ]
}

@test "SIGTERM while it waits for somebody to write to a pipe is 143" {
    mkfifo pipe
    hc-aggregate $ask -o cells.arrow pipe 2>err &
    pid=$!
    sleep 0.3
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 143 ]
}

@test "an output in a folder that is not there is 73" {
    run hc-aggregate $ask -o missing/cells.arrow "$stream"
    [ "$status" -eq 73 ]
}

@test "outputs can be read by their owner only" {
    umask 022
    hc-aggregate $ask -o cells.arrow "$stream"
    [ "$(stat -c %a cells.arrow)" = 600 ]
}

@test "standard input may be a file or a pipe" {
    hc-aggregate $ask -o file.arrow "$stream"
    hc-aggregate $ask -o redirected.arrow <"$stream"
    cat "$stream" | hc-aggregate $ask -o piped.arrow - || [ $? -eq 65 ]
    cmp file.arrow redirected.arrow
}

@test "closed standard descriptors do no harm" {
    hc-aggregate $ask -o file.arrow "$stream"
    run bash -c "hc-aggregate $ask -o closed.arrow '$stream' <&- >&- 2>&-"
    [ "$status" -eq 0 ]
    cmp file.arrow closed.arrow
}

@test "--log-format=json says the error as one line of JSON" {
    run bash -c "hc-aggregate $ask --log-format=json missing.arrow 2>&1 | jq -r '[.tool, .level, .exit, .file] | join(\" \")'"
    [ "$output" = "hc-aggregate error 66 missing.arrow" ]
}

@test "every tool knows --help, --version, --help=man and --help=bash" {
    for tool in "${HC_BUILD:-build/release}"/bin/hc-*; do
        name=$(basename "$tool")
        "$name" --help | grep -q "^Usage: $name "
        "$name" --version | grep -q "^$name "
        "$name" --help=man | grep -q '^\.SH EXIT STATUS'
        "$name" --help=bash | bash -n
        run "$name" --no-such-option
        [ "$status" -eq 64 ]
    done
}

@test "every man page is well formed" {
    command -v groff >/dev/null || skip "no groff"
    for tool in "${HC_BUILD:-build/release}"/bin/hc-*; do
        "$tool" --help=man | groff -man -Tutf8 -ww >/dev/null 2>warnings
        [ ! -s warnings ]
    done
}
