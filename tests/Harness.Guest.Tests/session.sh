#!/usr/bin/env bash
# What the tests of this project read, on either architecture: everything that one boot of the guest (rigs/guest/run) shows. Each part is its output, errors included,
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
        dotnet "$root/src/Harness.Cli/bin/Release/net10.0/harness.dll" measure sha256 --device board --rig "$rig" --json --samples 20 --out "$out/refused"
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

# with-board is a program of its own, and runs them.
export root rig out
export -f harness doctor guide measure refused edges calibrated after_edges cut_wire unplugged held

# On a processor of another kind the suites of the rooms that count in machine words run too; what needs a device that is not here is skipped.
suites() {
    dotnet "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll" --others \
        "$tests/Harness.Crypto.Tests/bin/Release/net10.0/Harness.Crypto.Tests.dll" "$tests/Harness.Hardware.Tests/bin/Release/net10.0/Harness.Hardware.Tests.dll"
}

# The least that shows the machine at work: drivers on the kernel's buses, a cipher and the arithmetic of a group. Named alone.
small() {
    dotnet "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll" --others "$tests/Harness.Guest/bin/Release/net10.0/Harness.Guest.dll:I2cTests,SensorTests" \
        "$tests/Harness.Crypto.Tests/bin/Release/net10.0/Harness.Crypto.Tests.dll:AsconAead128Tests,MontgomeryFieldTests"
}

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
part features board --bme280 harness run --rig "$rig" "$tests/Harness.Guest.Tests/lab.feature"
[ "$(uname -m)" = x86_64 ] || part suites suites
part kernel dmesg
