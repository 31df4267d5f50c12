#!/bin/sh
# Words that do not belong here: marks of unfinished work, paths of somebody's machine, hosts of package registries, talk about how the
# work was done. Each pattern is written so that it does not find itself. The schema and the corpora are other people's text.
cd "${1:-.}" || exit 1

listed() {
    git ls-files -co --exclude-standard 2>/dev/null | grep . || find . -type f -not -path './.git/*' -not -path './build/*'
}

words='\b(TO[D]O|FIX[M]E|X[X]X)\b'
words="$words|(^|[^[:alnum:]_.])/([w]ork|[f]arm)/|[.]librar[y]/"
words="$words|\b[s]ub-?agents?\b|\b[h]elper sessions?\b"
words="$words|\b(deb[.]debian|registry[.]npmjs|pypi|crates|proxy[.]golang|rubygems|files[.]pythonhosted)[.](org|io)\b"

! listed | grep -vE '^(\./)?(conf/schema/|tests/fuzz/corpus/)' | tr '\n' '\0' | xargs -0 -r grep -nIE "$words" -- /dev/null
