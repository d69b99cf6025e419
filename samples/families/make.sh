#!/bin/sh
# Makes the samples of this folder again: make.sh [DIR]. Wants hc-synth in PATH. Bytes of gzip files
# and zips depend on zlib's version; what is in them does not.
set -eu
to=${1:-$(dirname "$0")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

# One commercial payer of 350 people and six months, in every form: the truth is one, too.
for form in cdl nh nh-replace columns columns-replace columns-restate columns-overpunch; do
    hc-synth --people=350 --months=6 --commercial=$form --also=providers -o "$work/$form"
    rm -rf "${to:?}/$form"
    cp -r "$work/$form/incoming/bcbsvt" "$to/$form"
done
rm -rf "$to/medicaid" "$to/truth"
cp -r "$work/cdl/incoming/medicaid" "$to/medicaid"
mkdir "$to/truth"
grep -v '^medicare' "$work/cdl/truth/sums.csv" >"$to/truth/sums.csv"

# Medicare looks back years: of 30 months the last three are kept (of preferences more).
hc-synth --people=300 --months=30 --also=preferences,alignment,payments,runout -o "$work/medicare"
for folder in medicare residents preferences alignment payments; do
    rm -rf "${to:?}/$folder"
    mkdir "$to/$folder"
done
cp "$work"/medicare/incoming/medicare/*.D21* "$to/medicare"
cp "$work"/medicare/incoming/residents/*-2021* "$to/residents"
cp "$work"/medicare/incoming/preferences/*.D2* "$to/preferences"
cp "$work"/medicare/incoming/alignment/*-2021* "$to/alignment"
cp "$work"/medicare/incoming/payments/*-2021* "$to/payments"

# The claims of CCLF once more, as resources.
hc-synth --people=100 --months=5 --also=fhir -o "$work/fhir"
rm -rf "$to/fhir"
cp -r "$work/fhir/incoming/fhir" "$to/fhir"
grep '^medicare' "$work/fhir/truth/sums.csv" >"$to/truth/fhir-sums.csv"
