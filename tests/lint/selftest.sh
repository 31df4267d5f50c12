#!/bin/bash
# A rule that never fails checks nothing: each one must find its own bad sample, pass a good one, and say what is wrong in the words expected here.
set -u
lint=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

sample() { # PATH TEXT: a tree that holds this file alone
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/$(dirname "$1")" && printf "$2" >"$tree/$1"
    cp "$lint/../../.clang-format" "$tree/"
}

bad() { # RULE PATH TEXT EXPECTED
    sample "$2" "$3"
    said=$("$lint/$1" "$tree") && { echo "$1 lets pass: $2: $3"; failed=1; return; }
    case $said in *"$2:"*"$4"*) ;; *) echo "$1 says of $2: $said"; failed=1 ;; esac
}

good() { # RULE PATH TEXT
    sample "$2" "$3"
    "$lint/$1" "$tree" || { echo "$1 refuses: $2: $3"; failed=1; }
}

lines() { printf "$1%.0s" $(seq "$2"); }

bad layers.py cim/base/a.c '#include "cim/model/value.h"\n' 'may not include'
bad layers.py cim/base/a.c '#include "text.h"\n' 'by their path'
bad layers.py cim/mof/a.c '#include "cim/query/query.h"\n' 'may not include'
bad layers.py cim/core/a.c '#include "server/run/pool.h"\n' 'may not include'
bad layers.py cim/core/a.c '#include <libxml/tree.h>\n' 'belongs to server/proto/'
bad layers.py cim/model/a.c '#include <pthread.h>\n' 'belongs to'
bad layers.py cim/other/a.c '\n' 'no rule'
bad layers.py cim/provider.h '#include <pthread.h>\n' 'SDK header'
bad layers.py providers/a.c '#include "cim/base/text.h"\n' 'may not include'
bad layers.py tests/providers/a.c '#include "cim/base/text.h"\n' 'may not include'
bad layers.py server/proto/a.c '#include <microhttpd.h>\n' 'belongs to server/http/'
bad layers.py server/run/a.c '#include <openssl/evp.h>\n' 'belongs to server/auth/'
bad layers.py server/auth/a.c '#include "cim/model/value.h"\n' 'may not include'
bad layers.py server/cli/a.c '#include "server/http/listener.h"\n' 'may not include'
good layers.py cim/core/a.c '#include <pthread.h>\n#include <sqlite3.h>\n#include "cim/provider.h"\n'
good layers.py providers/a.c '#include <systemd/sd-bus.h>\n#include "cim/provider.h"\n'
good layers.py server/main.c '#include "server/http/listener.h"\n'
good layers.py tests/unit/a.c '#include <libxml/tree.h>\n#include "helper.h"\n'

bad length.py cim/base/a.c "void a(void)\n{\n$(lines '    ;\\n' 79)}\n" 'function of 81'
good length.py cim/base/a.c "void a(void)\n{\n$(lines '    ;\\n' 78)}\n"
good length.py tests/unit/a.c "void a(void)\n{\n$(lines '    ;\\n' 100)}\n"
bad length.py tests/unit/a.c "$(lines '\\n' 601)" '601 lines'
bad length.py cim/base/a.h 'int a;\n' 'a header starts'

calls='strcpy strcat sprintf vsprintf strtok gets alloca atoi atol sleep usleep nanosleep system popen fork execvp abort exit pthread_create'
bad conformance.py docs/conformance.md '| rule | state | tests |\n| a | yes | |\n' 'no test is named'
bad conformance.py docs/conformance.md '| a | yes | `it_works` |\n' 'there is no test it_works'
bad conformance.py docs/conformance.md '| a | done | |\n' 'the state is'
bad conformance.py docs/conformance.md '| a | yes |\n' '2 columns'
good conformance.py docs/conformance.md '| rule | state | tests |\n|---|---|---|\n| a | no: nobody asks | |\n'

bad banned.py cim/base/a.c "$(printf '    %s(b);\\n' $calls)" 'banned'
for call in $calls; do
    case $said in *": $call is banned"*) ;; *) echo "banned.py lets $call pass"; failed=1 ;; esac
done
good banned.py cim/base/a.c "$(for c in $calls; do printf '%s' "/* $c(b) */ p->$c(my_$c(\"$c(b)\")); // $c(b)\\n"; done)"
bad banned.py tests/unit/a.c 'x = sleep(1);\n' 'sleep is banned'
bad banned.py tests/e2e/a.py 'time.sleep(1)\n' 'sleep is banned'
bad banned.py tests/e2e/a.sh 'while true; do sleep 1; done\n' 'sleep is banned'
good banned.py tests/providers/a.c 'x = sleep(1);\n'
good banned.py server/main.c 'x = exit(1);\n'

bad public.py cim/provider.h '/* File. */\n\nint a(void);\n' 'a has no comment'
bad public.py cim/provider.h '/* A. */\nint a(void);\n\nint *b(int c,\n       int d);\n' 'b has no comment'
good public.py cim/provider.h '/* A. */\nint a(void);\nint b(void);\n\nint c(void); /* c */\ntypedef int (*d)(void);\n'

for word in TO''DO FIX''ME X''XX /wo''rk/a sub''agent deb.debian''.org pypi''.org; do
    bad words.sh docs/a.md "see $word\n" "$word"
done
good words.sh docs/a.md 'mkstemp("/tmp/aXXXXXX"), net/wo''rk/a\n'

bad format.sh cim/base/a.c 'int   a;\n' 'not in the one format'
good format.sh cim/base/a.c 'int a;\n'

exit $failed
