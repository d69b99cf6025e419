# What a refused or accepted delivery leaves, and that no patient's value is in what people
# read. Sourced by the `check` of tests/golden/ingest-*.
if [ -d out ]; then
    (cd out && find . -type f | LC_ALL=C sort)
    grep -o '"accepted": [a-z]*' out/receipt.json | head -1
    grep -F -f "$HC_ROOT/tests/damage/canaries" out/receipt.json && echo 'a canary in the receipt'
    for f in out/*.arrow; do
        [ -f "$f" ] || continue
        hc-view "$f" >view 2>&1 || echo "hc-view: status $?"
        grep -F -f "$HC_ROOT/tests/damage/canaries" view && echo "a canary in hc-view of $f"
    done
fi
exit 0
