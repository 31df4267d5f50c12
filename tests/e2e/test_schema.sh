#!/bin/bash
# Our MOF against the facts of the CIM schema, and the whole schema, generated from those facts, through the compiler.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 tests/schema/facts.py
python3 tests/schema/dmtf_mof.py "$folder" >/dev/null
"$BUILD/cimstream" mof check "$folder/cim_schema.mof" | tee "$folder/out"
grep -q '^1438 classes' "$folder/out"
