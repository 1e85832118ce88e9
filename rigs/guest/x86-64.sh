# Read by rigs/guest/run: what an x86-64 guest stands on, made once below .harness/guest. It runs this machine's own programs.
x86_modules=(
    fs/netfs/netfs fs/fscache/fscache net/9p/9pnet drivers/virtio/virtio_ring drivers/virtio/virtio drivers/virtio/virtio_pci_legacy_dev
    drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci net/9p/9pnet_virtio fs/9p/9p fs/overlayfs/overlay
    drivers/char/virtio_console drivers/i2c/i2c-dev drivers/w1/wire drivers/w1/slaves/w1_therm
)

x86_prepare() {
    local headers version folder log module
    [ "$(uname -m)" = x86_64 ] || die "the guest runs this machine's x86-64 programs; this machine is $(uname -m)" "run it on an x86-64 machine"
    command -v qemu-system-x86_64 >/dev/null || die "qemu-system-x86_64 is not installed" "sudo apt-get install --no-install-recommends qemu-system-x86"
    { [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1; } || die "busybox is not installed, or not the one that stands alone" "sudo apt-get install busybox-static"
    headers=$(ls -d /usr/src/linux-headers-*-amd64 2>/dev/null | sort -V | tail -n 1 || true)
    [ -n "$headers" ] || die "the kernel's headers are not installed" "sudo apt-get install linux-headers-amd64"
    version=${headers#/usr/src/linux-headers-}
    mkdir -p "$state"
    exec 8>"$state/lock"
    flock 8
    log=$state/log
    folder=$state/$version
    if [ ! -f "$folder/vmlinuz" ] || [ "$(cat "$folder/fetched" 2>/dev/null)" != "${x86_modules[*]}" ]; then
        # Unpacked, never installed: an installed kernel would concern this machine's own boot loader.
        say "fetching the kernel $version (once)"
        rm -rf "$folder" "$state/kernel"; mkdir -p "$folder/modules" "$state/kernel"
        (cd "$state/kernel" && apt-get download "linux-image-$version") >"$log" 2>&1 || {
            tail -n 3 "$log" >&2; die "the kernel $version cannot be fetched" "sudo apt-get update && sudo apt-get install linux-headers-amd64"; }
        dpkg --fsys-tarfile "$state/kernel"/*.deb | tar -x -C "$state/kernel" --wildcards './boot/vmlinuz*' './lib/modules/*/modules.builtin' \
            $(printf " ./lib/modules/*/kernel/%s.ko" "${x86_modules[@]}") 2>>"$log" || true # what is built in is no file
        : >"$folder/order"
        for module in "${x86_modules[@]}"; do
            if cp "$state/kernel/lib/modules/$version/kernel/$module.ko" "$folder/modules/" 2>/dev/null; then
                echo "${module##*/}.ko" >>"$folder/order"
            elif ! grep -q "/${module##*/}.ko" "$state/kernel/lib/modules/$version/modules.builtin"; then
                die "the kernel $version has no module $module" "less $log"
            fi
        done
        cp "$state"/kernel/boot/vmlinuz-* "$folder/vmlinuz"
        echo "${x86_modules[*]}" >"$folder/fetched"
        rm -rf "$state/kernel"
    fi
    if [ ! -f "$folder/initrd" ] || [ -n "$(find "$here/lab.c" "$here/lab-w1.c" "$here/init" "$here/x86-64.sh" -newer "$folder/initrd")" ]; then
        rm -rf "$folder/tree"; mkdir -p "$folder/tree"/{bin,modules,proc,sys,dev,host,memory,new}
        local build; build=$(mktemp -d) # the kernel's makefiles take no folder with a space in its name
        cp "$here"/lab*.c "$build/"; echo 'obj-m := lab.o lab-w1.o' >"$build/Kbuild"
        make -C "$headers" M="$build" W=1 KCFLAGS=-Werror modules >"$log" 2>&1 || {
            # Ours to mend, not something that this machine lacks: another status than 125.
            rm -rf "$build"; tail -n 20 "$log" >&2; say "the module does not build"; say "next: less $log"; exit 1; }
        cp /bin/busybox "$folder/tree/bin/"; cp "$here/init" "$folder/tree/init"; chmod +x "$folder/tree/init"
        cp "$folder/modules"/*.ko "$build/lab.ko" "$build/lab-w1.ko" "$folder/tree/modules/"
        { cat "$folder/order"; printf '%s\n' lab.ko lab-w1.ko; } >"$folder/tree/modules/order"
        (cd "$folder/tree" && find . | busybox cpio -o -H newc 2>/dev/null) >"$folder/initrd.new"
        mv "$folder/initrd.new" "$folder/initrd"; rm -rf "$build" "$folder/tree"
    fi
    exec 8>&-
    kernel=$folder/vmlinuz initrd=$folder/initrd
}
