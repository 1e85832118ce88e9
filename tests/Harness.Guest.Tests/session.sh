#!/usr/bin/env bash
# What the tests of this project read, on either architecture: what a boot of the guest (rigs/guest/run) shows. Each part is its output, errors included,
# between two lines that name it and its exit status. With arguments: those parts alone.
set -u
export DOTNET_TieredPGO=0 # a second compilation of everything is what an emulated machine has least time for
root=$HARNESS_ROOT
harness() { dotnet "$root/src/Harness.Cli/bin/Release/net10.0/harness.dll" "$@"; }
board() { "$root/rigs/guest/with-board" "$@"; }
tests=$root/tests
rig=$root/rigs/guest/guest.yaml
out=$(mktemp -d)
cd "$root" || exit 1

wanted=" $* "
part() { # name, command...
    local name=$1 status=0; shift
    [ "$wanted" = "  " ] || [[ $wanted = *" $name "* ]] || return 0
    echo "=== $name"
    "$@" 2>&1 || status=$?
    printf '\n=== ended %s\n' "$status"
}

tests() {
    dotnet "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll" \
        "$tests/Harness.Hardware.Tests/bin/Release/net10.0/Harness.Hardware.Tests.dll:GpioHardwareInputContract,GpioInputTests,LinuxGpioEdgesTests,I2cBusDeviceTests,Bme280HardwareContract"
}

# A record is never overwritten: each measurement has a folder of its own.
measure() { harness measure "$@" --device board --rig "$rig" --json --out "$(mktemp -d -p "$out")/measured"; }

# As somebody whom the kernel gives no real-time priority and no locked memory.
refused() {
    chmod -R a+rwX "$out"
    HOME=$out setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all bash -c 'ulimit -r 0; ulimit -l 0; exec "$@"' - \
        dotnet "$root/src/Harness.Cli/bin/Release/net10.0/harness.dll" measure sha256 --device board --rig "$rig" --json --samples 100 --out "$out/refused"
}

# Interrupts that the trigger's line has had.
edges() { awk '$0 ~ /lab-pins +4( |$)/ { n = $2 } END { print n + 0 }' /proc/interrupts; } # one processor

# How many a calibration takes: of a whole run all but those of its samples.
calibrated() {
    local before; before=$(edges)
    measure present-encrypt --samples 300 --warmup 30
    local status=$?
    echo $(($(edges) - before - 2 * 330)) >"$out/calibration"
    return $status
}

# Does something on the side, once the line has had so many more edges.
after_edges() { # edges, command...
    local until=$(($(edges) + $1)); shift
    (while [ "$(edges)" -lt "$until" ]; do sleep 0.05; done; eval "$*") &
    side=$!
}

cut_wire() {
    after_edges $(($(cat "$out/calibration") + 400)) 'echo 16 >/sys/module/lab/parameters/cut; sleep 3; echo 0 >/sys/module/lab/parameters/cut'
    measure sha256 --samples 3000 --warmup 40
    local status=$?
    wait $side
    return $status
}

unplugged() {
    after_edges 100 'echo lab-pins >/sys/bus/platform/drivers/lab-pins/unbind'
    measure sha256 --samples 100000 --no-calibration
    local status=$?
    wait $side
    echo lab-pins >/sys/bus/platform/drivers/lab-pins/bind
    return $status
}

# Another run holds the board's line; this one is told who.
held() {
    local before; before=$(edges)
    harness measure sha256 --device board --rig "$rig" --samples 1000000 --no-calibration --out "$out/first" >/dev/null 2>&1 &
    local first=$! status=0
    while [ "$(edges)" -le "$before" ] && kill -0 $first 2>/dev/null; do sleep 0.05; done
    measure sha256 --samples 5 || status=$?
    kill -TERM $first # a shell without terminal starts what runs beside it deaf to INT
    wait $first
    echo "first: $?"
    return $status
}

# The level of a line, as a meter on its pin shows it.
level() { head -c $(($1 + 1)) /dev/lab-pins | tail -c 1; }

# A relay on line 12 holds a board's power off; the program that did so is killed, and its guard turns the power on.
relay() {
    sed -e '/^    trigger: trigger/a\    power: {by: gpio, gpio: relay, cut: high}' -e '/^  door-contact:/i\  relay:\n    chip: /run/lab-chip\n    line: 12' "$rig" >"$out/relay.yaml"
    harness power cycle board --for 60000 --rig "$out/relay.yaml" &
    local program=$! child until=$((SECONDS + 300))
    while [ "$(level 12)" = 0 ] && kill -0 $program 2>/dev/null && [ $SECONDS -lt $until ]; do sleep 0.1; done
    echo "cut: line 12 is $(level 12)"
    for child in $(pgrep -P $program) $program; do grep -q dotnet "/proc/$child/cmdline" && kill -KILL "$child"; done
    wait $program 2>/dev/null
    while [ "$(level 12)" = 1 ] && [ $SECONDS -lt $until ]; do sleep 0.1; done
    echo "killed: line 12 is $(level 12)"
}

# A rig that names another line than the one where the trigger comes, and a bench that is looked at with its sensors.
doctor() {
    sed '/^  trigger:/,/line:/s/line: 4/line: 6/' "$rig" >"$out/other line.yaml"
    harness doctor --rig "$out/other line.yaml"
}

# What the set-up guide has a person type on the Pi, as far as it concerns a kernel and no installed system.
guide() {
    ls -l /dev/i2c-0 /dev/gpiochip*
    i2cdetect -y 0
    ls /sys/bus/w1/devices
    gpiodetect
    harness rig init "$out/my-bench.yaml" && cat "$out/my-bench.yaml"
}

# Each line of the set-up guide for a bench that is wired, on this one: the board behind a relay, a meter in its supply. Of a run its shortest feature.
lines() {
    local line status
    sed -e '/^    trigger: trigger/a\    supply: meter\n    power: {by: gpio, gpio: relay, cut: high}' -e '/^  door-contact:/i\  relay:\n    chip: /run/lab-chip\n    line: 12' \
        -e '/^sensors:/a\  meter: {kind: sensor, binding: ina219, bus: /dev/i2c-0, settings: {shunt_ohm: 0.1}}' "$rig" >"$out/bench.yaml"
    grep -E '^ *\./harness (doctor|run|power|measure) .*--rig rigs/(pi|my)-bench\.yaml$' "$root/rig-setup.md" | sort -u >"$out/lines" # the guest has no /dev/fd
    while read -r line; do
        echo "--- $line"
        line=${line#./harness } line=${line/rigs\/*-bench.yaml/$out/bench.yaml} line=${line/ f405/ board} line=${line/--samples 1000/--samples 100}
        [[ $line != run* ]] || line="${line/run/run $root/features/handshake/login.feature:22}"
        [[ $line != "run "* && $line != measure* ]] || line+=" --out $(mktemp -u -p "$out")"
        status=0
        (cd "$out" && harness $line) </dev/null || status=$?
        echo "--- ended $status"
    done <"$out/lines"
}

# with-board is a program of its own, and runs them.
export root rig out
export -f harness level relay lines doctor guide measure refused edges calibrated after_edges cut_wire unplugged held

# On a processor of another kind the suites of the rooms that count in machine words run too, and of others what calls the kernel with flags of its own; what needs a device that is not here is skipped.
suites() {
    dotnet "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll" --others \
        "$tests/Harness.Crypto.Tests/bin/Release/net10.0/Harness.Crypto.Tests.dll" "$tests/Harness.Hardware.Tests/bin/Release/net10.0/Harness.Hardware.Tests.dll" \
        "$tests/Harness.Sessions.Tests/bin/Release/net10.0/Harness.Sessions.Tests.dll:AccountFileAppendTests" "$tests/Harness.Bench.Tests/bin/Release/net10.0/Harness.Bench.Tests.dll:DeviceLockTests"
}

# The least that shows the machine at work: drivers on the kernel's buses, a cipher and the arithmetic of a group. Named alone.
small() {
    dotnet "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll" --others "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll:I2cTests,SensorTests" \
        "$tests/Harness.Crypto.Tests/bin/Release/net10.0/Harness.Crypto.Tests.dll:AsconAead128Tests,MontgomeryFieldTests"
}

# The harness's round trip beside a raw loop in C. Time in the guest is a count of instructions, so nothing else on this machine moves the ratio.
echoes() { dotnet "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll" --echo /run/lab-board "$root/.harness/guest/arm64/firmware/poll" 100; }
export -f echoes
export tests

chips() { uname -m; gpiodetect; ls -l /sys/bus/platform/devices/lab-pins/; }

[[ $wanted != *" small "* ]] || part small small
part chips chips
part tests tests
part measure board calibrated
part seal board measure seal --samples 100
part refused board refused
part doctor board --bme280 doctor
part guide board --bme280 guide
part calibrate board harness doctor --calibrate --device board --rig "$rig"
part cut board cut_wire
part unplugged board unplugged
part held board held
part relay board relay
part features board --bme280 harness run --rig "$rig" "$tests/Harness.Guest.Tests/lab.feature"
[ "$(uname -m)" = x86_64 ] || part lines board --bme280 lines
[ "$(uname -m)" = x86_64 ] || part echo board echoes
[ "$(uname -m)" = x86_64 ] || part suites suites
part kernel dmesg
