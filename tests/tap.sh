# shellcheck shell=sh
# What shell tests share: an empty folder of their own to work in ($work), the tools on the PATH,
# and check; what the commands said is in $work/said.all. To be read first: . "$(dirname "$0")/tap.sh"
set -u
root=$(cd "$(dirname "$0")" && while [ ! -f Makefile ]; do cd .. || exit 1; done && pwd)
PATH=${HC_BUILD:-$root/build/release}/bin:$PATH HCTOOLS_PATH=$root
export PATH HCTOOLS_PATH
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work" || exit 1
n=0
check() { # sentence, then a command: its output is shown when it fails
    n=$((n + 1))
    what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        echo "ok $n - $what"
    else
        echo "not ok $n - $what"
        head -30 "$work/said" | sed 's/^/# /'
    fi
    cat "$work/said" >>"$work/said.all"
}
