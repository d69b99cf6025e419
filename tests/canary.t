#!/bin/sh
# No value of a patient in what people read: the damaged deliveries hold values that stand
# nowhere else (tests/damage/canaries), and no expected output or message shows one. What the
# tools really say is compared with these by golden.t; receipts by tests/damage/check.sh.
root=$(cd "$(dirname "$0")/.." && pwd)
canaries=$root/tests/damage/canaries
count=0 failed=0
report() { # PASSED WORDS
    count=$((count + 1))
    [ "$1" = 0 ] && echo "ok $count - $2" && return
    echo "not ok $count - $2"
    failed=1
}
cases=0 shown=
for folder in "$root"/tests/golden/ingest-*/; do
    cases=$((cases + 1))
    for file in "$folder"out "$folder"err "$folder"check.out; do
        [ -f "$file" ] && grep -q -F -f "$canaries" "$file" && shown="$shown $file"
    done
done
[ -n "$shown" ] && echo "#$shown"
report "${shown:+1}${shown:-0}" "no value of a patient in the words of $cases deliveries"
# The canaries are in the data, or looking for them proves nothing.
whole=$root/tests/golden/ingest-folder
missing=
while read -r canary; do
    grep -r -q -a -F -e "$canary" "$whole" || { gzip -dc "$whole"/*/*.gz | grep -q -a -F -e "$canary"; } ||
        missing="$missing $canary"
done <<END
$(head -8 "$canaries")
END
[ -z "$missing" ]
report $? "they are in the data$missing"
echo "1..$count"
exit $failed
