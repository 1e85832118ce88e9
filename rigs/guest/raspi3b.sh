# Read by rigs/guest/run: QEMU's Raspberry Pi 3 with Debian's kernel and device tree. It has no way to this machine's files: what it runs stands in its
# initial RAM disk, which is a small Debian, the release's archive as it was made, and the command. Its console is the Pi's second UART.

raspi3b_prepare() {
    arm64_prepare
    initrd=$arm64/raspi3b.initrd tree_file=$arm64/boot/bcm2837-rpi-3-b.dtb
    if [ -n "$uart" ]; then
        # As dtoverlay=disable-bt does on a Pi: the PL011 is the header's, not the Bluetooth chip's.
        need fdtput device-tree-compiler
        tree_file=$arm64/boot/no-bluetooth.dtb
        cp "$arm64/boot/bcm2837-rpi-3-b.dtb" "$tree_file"
        fdtput -r "$tree_file" /soc/serial@7e201000/bluetooth || die "the device tree has no Bluetooth chip to take away" "fdtdump $tree_file"
    fi
    if [ ! -f "$initrd" ] || [ "$arm64/initrd" -nt "$initrd" ] || [ "$here/init.raspi3b" -nt "$initrd" ]; then
        local tree=$arm64/raspi3b.tree
        rm -rf "$tree"; mkdir -p "$tree"
        cp -a "$arm64/system/." "$tree/"
        cp -a "$arm64/modules" "$tree/modules"
        cp "$here/init.raspi3b" "$tree/init"; chmod +x "$tree/init"
        (cd "$tree" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$initrd.new"
        mv "$initrd.new" "$initrd"; rm -rf "$tree"
    fi
}

raspi3b_run() { # command...
    local tree=$work/tree status board_usb=() pl011=null file
    if [ -z "$release" ]; then release=$(ls -t "$root"/release/harness-*-linux-arm64.tar.gz 2>/dev/null | head -n 1 || true); fi
    [ -f "$release" ] || die "there is no archive of a release for it${release:+: $release}" "./harness publish --rid linux-arm64"
    mkdir -p "$tree/bench"
    cp "$work/command" "$tree/lab-command"
    cp "$release" "$tree/bench/release.tar.gz"
    for file in ${add[@]+"${add[@]}"}; do cp "$file" "$tree/bench/"; done
    # The kernel takes archives one after the other, each beginning at four bytes.
    { cat "$initrd"; (cd "$tree" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null); } >"$work/initrd"
    rm -rf "$tree"
    [ -z "$board" ] || board_usb=(-chardev "socket,id=board,path=$board" -device usb-serial,chardev=board)
    [ -z "$uart" ] || pl011=unix:$uart
    mkfifo "$work/lines"
    # Of the console all that comes before the mark is the kernel's.
    awk -v console="$work/console" -v status="$work/status" '
        { sub(/\r$/, "") }
        /^=== lab begins$/ { begun = 1; next }
        /^=== lab ended [0-9]+$/ { print $4 >status; close(status); begun = 0; next }
        begun { print; fflush(); next }
        { print >console; fflush(console) }' <"$work/lines" & local out=$!
    setpriv --pdeathsig TERM timeout -k 5 "${HARNESS_GUEST_SECONDS:-600}" setpriv --pdeathsig KILL \
        qemu-system-aarch64 -M raspi3b ${HARNESS_GUEST_CLOCK-} -smp "${HARNESS_GUEST_CPUS:-4}" -nodefaults -display none -no-reboot -kernel "$kernel" -dtb "$tree_file" -initrd "$work/initrd" \
        -append "console=ttyS1,115200 quiet loglevel=3 panic=-1 ${board:+lab.usb=yes} ${HARNESS_GUEST_KERNEL:-}" -serial "$pl011" -serial "file:$work/lines" \
        ${board_usb[@]+"${board_usb[@]}"} </dev/null 2>"$work/qemu" & qemu=$!
    local ended=0; wait "$qemu" || ended=$?; qemu=
    wait "$out" || true
    if [ ! -s "$work/status" ]; then
        tail -n 5 "$work/qemu" >&2; tail -n 25 "$work/console" >&2 || true
        die "the Pi ended without a word (status $ended, 124 is the time-out)" "rigs/guest/run --machine raspi3b dmesg"
    fi
    grep -aE 'Oops|BUG:|WARNING:|Call Trace' -A 20 "$work/console" >&2 || true
    exit "$(cat "$work/status")"
}
