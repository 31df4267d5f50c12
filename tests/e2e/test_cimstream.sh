#!/bin/bash
# The command line tool: exit codes, help, and mof check.
set -u
tool=$PWD/$BUILD/cimstream schema=$PWD/conf/schema
folder=$(mktemp -d) && cd "$folder" || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0

# check CODE PATTERN ARGUMENT...: the exit code, and what standard output and error must have
check() {
    local want=$1 pattern=$2 code
    shift 2
    "$tool" "$@" >out 2>&1
    code=$?
    if [ $code -ne "$want" ] || ! grep -q -- "$pattern" out; then
        echo "cimstream $*: exit code $code, expected $want and \`$pattern\`:"
        cat out
        failed=1
    fi
}

echo 'class A { uint32 x; };' >good.mof
printf 'class A {\n  uint32 x\n};' >bad.mof
mkdir folder many
cp good.mof folder/a.mof
echo 'class B : A {};' >folder/b.mof
echo junk >folder/readme
for i in {1..30}; do echo 'x;'; done >many/x.mof

check 0 '^cimstream [0-9]' --version
check 0 '^usage: cimstream COMMAND' --help
check 2 '^usage: cimstream COMMAND'
check 2 'there is no command `foo`' foo
check 0 '^usage: cimstream mof check' mof check --help
check 0 '^usage: cimstream passwd' passwd --help
check 2 '^usage: cimstream mof check' mof check
check 2 "unrecognized option '--foo'" mof check --foo good.mof
check 0 '^1 class, 0 qualifier types, 0 instances: ok' mof check good.mof
check 0 '^2 classes' mof check folder
check 0 '^2 classes' mof check --namespace root/x good.mof folder/b.mof
check 1 '^bad.mof:3:1: error: expected `;` behind the property, found `}`$' mof check good.mof bad.mof
check 1 '^none.mof: error: cannot read: No such file' mof check none.mof
check 1 'further problems are not shown' mof check many
check 0 'qualifier types' mof check "$schema/root/cimv2"
"$tool" mof check --quiet good.mof >out 2>&1 && [ ! -s out ] || { echo 'mof check --quiet speaks'; failed=1; }
exit $failed
