#!/bin/sh
# Runs the constant-time check: the clean program must pass, the one with a planted branch and index must be caught.
# usage: ct.sh CLEAN PLANTED
report=$(mktemp) || exit 1
trap 'rm -f "$report"' EXIT

watch() { # memcheck's reports to $report, the program's lines through
    valgrind --error-exitcode=99 --log-file="$report" "$@"
}

watch "$1"
clean=$?
[ $clean -eq 0 ] || cat "$report"

out=$(watch "$2" 2>&1)
planted=$?
if [ $planted -ne 0 ] && grep -q 'Conditional jump or move depends on uninitialised value' "$report" &&
    grep -q 'Use of uninitialised value' "$report" && grep -q 'main (ct_main.c' "$report" && echo "$out" | grep -q "^ok .*w' is secret"; then
    echo "ok - a planted branch and a planted index on w' are both reported"
    planted=0
else
    echo "not ok - a planted branch and a planted index on w' are both reported"
    echo "$out"
    cat "$report"
    planted=1
fi
[ $clean -eq 0 ] && [ $planted -eq 0 ]
