#!/bin/bash
# tests/run.sh LOGDIR SECONDS 'PROGRAM [ARG]...'...
# Runs the tests one after the other, all of them, and shows the log of the first that fails: order them from basic to complex.
# 0 is a pass, 77 a skip; anything else, running longer than SECONDS, or a sanitizer report of any process of the test is a failure.
set -u
logs=$1 seconds=$2
shift 2
rm -rf "$logs" && mkdir -p "$logs"

wrap=(timeout -k 10 "$seconds")
# The thread sanitizer's memory layout and strong address randomisation do not go together.
[ "${SAN-}" = thread ] && setarch -R true 2>/dev/null && wrap+=(setarch -R)

options() { # SANITIZER REPORT OPTIONS: its options, with the suppressions if there are any
    local o=log_path=$2:$3
    [ -s "tests/$1.supp" ] && o+=:suppressions=$PWD/tests/$1.supp
    echo "$o"
}

# Modules that Debian packages are found by Debian's interpreter, not by one that stands before it on the path.
python=/usr/bin/python3
[ -x "$python" ] || python=python3

passed=0 skipped=() failed=()
for test; do
    read -r -a cmd <<<"$test"
    name=$(basename "${cmd[0]}")
    case $name in
    *.py) cmd=("$python" "${cmd[@]}") ;;
    *.sh) cmd=(bash "${cmd[@]}") ;;
    esac
    log=$logs/$name.log report=$PWD/$logs/$name.report began=$SECONDS
    ASAN_OPTIONS=$(options asan "$report" detect_stack_use_after_return=1) \
        LSAN_OPTIONS=$(options lsan "$report" print_suppressions=0) \
        UBSAN_OPTIONS=$(options ubsan "$report" print_stacktrace=1) \
        TSAN_OPTIONS=$(options tsan "$report" second_deadlock_stack=1) \
        "${wrap[@]}" "${cmd[@]}" >"$log" 2>&1 </dev/null
    code=$?
    [ $code -eq 124 ] && echo "stopped after $seconds seconds" >>"$log"
    reports=("$report".*)
    if [ -e "${reports[0]}" ]; then
        cat "${reports[@]}" >>"$log"
        code=1
    fi
    case $code in
    0) passed=$((passed + 1)) word=ok ;;
    77) skipped+=("$name") word="skipped: $(tail -n 1 "$log")" ;;
    *)
        failed+=("$name") word="FAILED ($code), see $log"
        [ ${#failed[@]} -eq 1 ] && tail -n 150 "$log"
        ;;
    esac
    printf '  %-32s %3ds  %s\n' "$name" $((SECONDS - began)) "$word"
done

echo "  $passed passed, ${#skipped[@]} skipped, ${#failed[@]} failed${failed[*]:+: ${failed[*]}}"
[ ${#failed[@]} -eq 0 ]
