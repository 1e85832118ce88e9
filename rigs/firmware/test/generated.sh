#!/bin/sh
# What a generator makes is what lies here: nobody edited the one and forgot the other.
# usage: generated.sh VECTORS MODP-GROUP; from the firmware's folder
passed=0
failed=0

claim() { # generated file, command...
    file=$1
    shift
    if "$@" | cmp -s - "$file"; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $file is what $1 $2 makes"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $file is what $1 $2 makes; next: $* > $file"
    fi
}

claim core/avr/present.S python3 tools/present_avr.py
claim core/avr/p256.S python3 tools/p256_avr.py
claim core/constants.c python3 tools/constants.py "$2"
claim test/vectors.h python3 tools/vectors.py "$1" test
claim core/selftest_data.h python3 tools/vectors.py "$1" selftest
echo "# $passed passed, $failed failed"
[ "$failed" -eq 0 ]
