#!/bin/sh
# Installed into an empty folder and moved, every tool runs from there and finds its data, and a
# program can be built against the library.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
count=0 failed=0
report() { # STATUS TEXT
    count=$((count + 1))
    [ "$1" = 0 ] && echo "ok $count - $2" && return
    echo "not ok $count - $2"
    failed=$((failed + 1))
}

make -s -C "$root" install DESTDIR="$work/stage" PREFIX=/opt/hc >"$work/log" 2>&1
report $? "make install into an empty DESTDIR"
sed 's/^/# /' "$work/log"
[ -d "$work/stage/opt/hc/bin" ]
report $? "everything stands below prefix"
mv "$work/stage/opt/hc" "$work/moved"
cd "$work" || exit 2
unset HCTOOLS_PATH
for tool in "$work"/moved/bin/hc-*; do
    [ -x "$tool" ] || continue
    name=$(basename "$tool")
    "$tool" --version >version && grep -q "^$name " version
    report $? "$name runs from there"
    [ -s "$work/moved/share/man/man1/$name.1" ]
    report $? "$name has a man page"
done
for feed in "$root"/pipelines/feeds/*.yaml; do
    [ -f "$feed" ] && [ -x "$work/moved/bin/hc-ingest" ] || continue
    name=$(basename "$feed" .yaml)
    "$work/moved/bin/hc-ingest" --feed="$name" --out-dir=out --dry-run=json nothing.zip >dry 2>&1 &&
        grep -q "moved/share/hctools/feeds/$name.yaml\|moved/bin/../share/hctools/feeds/$name.yaml" dry
    report $? "feed $name is found beside the tools"
done

cat >use.c <<'END'
#include "base/date.h"
int main(void) {
    hc_day day;
    return hc_parse_day(HC_STR("2020-11-30"), HC_DATE_ISO, &day, NULL) == HC_OK ? 0 : 1;
}
END
# shellcheck disable=SC2046 # words they are
PKG_CONFIG_PATH=$work/moved/lib/pkgconfig ${CC:-cc} -D_GNU_SOURCE -o use use.c \
    $(PKG_CONFIG_PATH=$work/moved/lib/pkgconfig pkg-config --define-variable=prefix="$work/moved" \
        --cflags --libs libhc) && ./use
report $? "a program builds against libhc.pc"
echo "1..$count"
[ $failed = 0 ]
