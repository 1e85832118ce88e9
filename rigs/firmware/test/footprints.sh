#!/bin/sh
# What tools/footprints.py reads in a linker's map is what was compiled: an object that grows, grows its scheme by as much.
# usage: footprints.sh; from the firmware's folder
cc=${CC:-gcc}
. test/tap.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

map() { # name bytes-of-data bytes-of-bss
    printf 'char planted[%s] = {1};\nchar empty[%s];\nint main(void) { return planted[0] + empty[0]; }\n' "$2" "$3" >"$work/$1.c"
    "$cc" -fno-pie -no-pie "$work/$1.c" -o "$work/$1" "-Wl,-Map=$work/$1.map"
}

# What a scheme has more than mqtt-present, of the JSON: "SCHEME FLASH RAM" a line.
more() {
    python3 -c 'import json, sys
alone = json.load(open(sys.argv[1]))["alone"]
common = alone["mqtt-present"]
for scheme, size in alone.items(): print(scheme, size["flash"] - common["flash"], size["ram"] - common["ram"])' "$1"
}

map common 64 64 && map grown 4160 64 && map wider 64 8256
python3 tools/footprints.py b 01234567 "$work/grown.map" mqtt-present="$work/common.map" augmqtt="$work/grown.map" hardened="$work/wider.map" >"$work/sizes.json"
claim $? "three maps are read"
more "$work/sizes.json" >"$work/more"
grep -qx 'augmqtt 4096 4096' "$work/more"
claim $? "4,096 bytes more of initialised data are 4,096 bytes more of flash and of RAM"
grep -qx 'hardened 0 8192' "$work/more"
claim $? "8,192 bytes more of zeros are as many more of RAM, and none of flash"
grep -q '"build": "01234567"' "$work/sizes.json"
claim $? "the file names the build"
printf 'nothing\n' >"$work/none.map"
! python3 tools/footprints.py b 01234567 "$work/none.map" >"$work/out" 2>"$work/err" && grep -q 'next: make' "$work/err"
claim $? "a file that is no map is refused with the next command"
echo "# $passed passed, $failed failed"
[ "$failed" -eq 0 ]
