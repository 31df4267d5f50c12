#!/bin/sh
# Every rule of the house over the whole tree: one script a rule. A rule prints file:line: what is wrong, and fails.
cd "$(dirname "$0")/../.." || exit 1
failed=
for rule in layers.py length.py banned.py public.py docs.py conformance.py words.sh format.sh; do
    printf '  LINT %s\n' "$rule"
    "tests/lint/$rule" || failed="$failed $rule"
done
[ -z "$failed" ] || { echo "lint failed:$failed" >&2; exit 1; }
