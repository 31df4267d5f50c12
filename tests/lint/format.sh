#!/bin/sh
# All C files are as clang-format leaves them; `make format` puts them right.
cd "${1:-.}" || exit 1
command -v clang-format >/dev/null || { echo 'clang-format is missing, try `make deps`'; exit 1; }
find cim server providers tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} + 2>&1 |
    grep -v '^find:' | sed -n 's/: error: code should be clang-formatted.*/: not in the one format (make format)/p' | sort -u | grep . && exit 1
exit 0
