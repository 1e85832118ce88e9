#!/bin/sh
# What tools/footprints.py reads in a linker's map is what was compiled: an object that grows, grows its scheme by as much.
# usage: footprints.sh; from the firmware's folder
cc=${CC:-gcc}
passed=0
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

claim() { # status words
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $2"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $2"
    fi
}

map() { # name bytes-of-data bytes-of-bss
    printf 'char planted[%s] = {1};\nchar empty[%s];\nint main(void) { return planted[0] + empty[0]; }\n' "$2" "$3" >"$work/$1.c"
    "$cc" -fno-pie -no-pie "$work/$1.c" -o "$work/$1" "-Wl,-Map=$work/$1.map"
}

value() { # scheme key, of the JSON on stdin
    python3 -c 'import json, sys; print(json.load(sys.stdin)["alone"][sys.argv[1]][sys.argv[2]])' "$1" "$2"
}

map common 64 64 && map grown 4160 64 && map wider 64 8256
python3 tools/footprints.py b 01234567 "$work/grown.map" mqtt-present="$work/common.map" augmqtt="$work/grown.map" hardened="$work/wider.map" >"$work/sizes.json"
claim $? "three maps are read"
more() { echo $(($(value "$1" "$2" <"$work/sizes.json") - $(value mqtt-present "$2" <"$work/sizes.json"))); }
[ "$(more augmqtt flash)" -eq 4096 ] && [ "$(more augmqtt ram)" -eq 4096 ]
claim $? "4,096 bytes more of initialised data are 4,096 bytes more of flash and of RAM"
[ "$(more hardened flash)" -eq 0 ] && [ "$(more hardened ram)" -eq 8192 ]
claim $? "8,192 bytes more of zeros are as many more of RAM, and none of flash"
[ "$(more augmqtt flash)" -ne 0 ] && grep -q '"build": "01234567"' "$work/sizes.json"
claim $? "the file names the build"
printf 'nothing\n' >"$work/none.map"
! python3 tools/footprints.py b 01234567 "$work/none.map" >"$work/out" 2>"$work/err" && grep -q 'next: make' "$work/err"
claim $? "a file that is no map is refused with the next command"
echo "# $passed passed, $failed failed"
[ "$failed" -eq 0 ]
