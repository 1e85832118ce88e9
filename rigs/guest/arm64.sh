# Read by rigs/guest/run: what an arm64 guest stands on, fetched once below .harness/guest/arm64. Nothing is installed: apt works on lists of its
# own, so that dpkg here learns of no foreign architecture; packages are unpacked, never configured.
arm64=$state/arm64
arm64_packages=( # as on Raspberry Pi OS
    libc6 libgcc-s1 libstdc++6 libssl3 zlib1g bash dash mawk coreutils grep sed findutils util-linux mount tar gzip procps gpiod i2c-tools busybox-static
)
virt_modules=(virtio_pci 9pnet_virtio 9p overlay virtio_console i2c-dev xhci-pci ftdi_sio w1_therm)
raspi3b_modules=(phy-generic bcm2835_wdt dwc2 ftdi_sio i2c-dev i2c-bcm2835)
arm64_frameworks=(Microsoft.NETCore.App Microsoft.AspNetCore.App) # that the program names in its runtimeconfig.json
arm64_folders=( # of the kernel package, for those modules and what they need
    fs/netfs fs/fscache fs/9p fs/overlayfs net/9p lib crypto drivers/virtio drivers/char drivers/i2c drivers/usb drivers/watchdog drivers/extcon drivers/base drivers/gpio drivers/phy drivers/w1 drivers/hwmon
)

arm64_prepare() {
    local log=$arm64/log version
    case $(uname -m) in x86_64) ;; *) die "the arm64 guest is made on an x86-64 machine; this machine is $(uname -m)" "run it on an x86-64 machine" ;; esac
    need qemu-system-aarch64 qemu-system-arm
    need aarch64-linux-gnu-gcc "gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
    need busybox busybox-static
    need make make
    need dotnet ".NET's SDK"
    [ -d /usr/lib/linux-kbuild-6.1 ] || die "the kernel's build programs are not installed" "sudo apt-get install --no-install-recommends linux-headers-amd64"
    mkdir -p "$arm64"
    exec 8>"$state/lock"
    flock 8
    if [ ! -f "$arm64/packages/done" ] || [ "$(cat "$arm64/packages/done")" != "${arm64_packages[*]}" ]; then arm64_fetch; fi
    version=$(arm64_version)
    [ -f "$arm64/system/done" ] || arm64_unpack
    if [ ! -f "$arm64/dotnet/done" ] || [ "$(cat "$arm64/dotnet/done")" != "${arm64_frameworks[*]}" ]; then arm64_runtime; fi
    if [ ! -f "$arm64/initrd" ] || [ -n "$(find "$here/lab.c" "$here/lab-w1.c" "$here/init" "$here/arm64.sh" -newer "$arm64/initrd")" ]; then arm64_initrd; fi
    arm64_firmware
    exec 8>&-
    kernel=$arm64/boot/vmlinuz-$version initrd=$arm64/initrd
}

arm64_version() { sed 's/^linux-image-\(.*\)$/\1/' "$arm64/packages/kernel"; }

# An apt that knows nothing of this machine but where Debian is.
arm64_apt() {
    local apt=$arm64/apt sources
    mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/sources"
    sources=$(grep -lsE '^(URIs:|deb) .*debian' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list | head -n 1 || true)
    [ -n "$sources" ] || die "no file of /etc/apt names a Debian archive" "ls /etc/apt/sources.list.d"
    cp "$sources" "$apt/sources/debian.${sources##*.}"
    : >"$apt/state/status"
    # A name with a space is fine in apt's own syntax, not in its options.
    cat >"$apt/conf" <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Dir::State "$apt/state";
Dir::State::status "$apt/state/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
END
    APT_CONFIG=$apt/conf "$@"
}

arm64_fetch() {
    local folder=$arm64/packages image version
    say "fetching Debian's arm64 kernel and programs, 130 MB (once)"
    rm -rf "$folder" "$arm64/system" "$arm64/initrd" "$arm64/boot"; mkdir -p "$folder"
    {
        arm64_apt apt-get update -qq &&
        image=$(arm64_apt apt-cache depends linux-image-arm64 | sed -n 's/.*Depends: \(linux-image-\)/\1/p' | head -n 1) && [ -n "$image" ] &&
        version=${image#linux-image-} && echo "$image" >"$folder/kernel" &&
        arm64_apt apt-get install -qq -d -y "${arm64_packages[@]}" &&
        cp "$arm64"/apt/cache/archives/*.deb "$folder/" && mkdir -p "$folder/kernel-packages" && cd "$folder/kernel-packages" &&
        arm64_apt apt-get download -qq "$image" "linux-headers-$version" "linux-headers-${version%-arm64}-common"
    } >"$arm64/log" 2>&1 || { tail -n 3 "$arm64/log" >&2; die "Debian's arm64 packages cannot be fetched" "less $arm64/log"; }
    cd "$OLDPWD"
    rm -rf "$arm64/apt"
    echo "${arm64_packages[*]}" >"$folder/done"
}

# What the packages' own scripts would make, and no more.
arm64_unpack() {
    local tree=$arm64/system package
    rm -rf "$tree"; mkdir -p "$tree"
    for package in "$arm64"/packages/*.deb; do
        dpkg --fsys-tarfile "$package" | tar -x -C "$tree" --keep-directory-symlink --no-same-owner --exclude='./usr/share/*' --exclude='./usr/lib/aarch64-linux-gnu/gconv*' --exclude='./usr/lib/aarch64-linux-gnu/perl*'
    done
    # The launcher asks dpkg for what the harness needs.
    mkdir -p "$tree/var/lib/dpkg"/{info,updates}
    for package in "$arm64"/packages/*.deb; do dpkg-deb -f "$package" | sed '/^Package:/a Status: install ok installed'; echo; done >"$tree/var/lib/dpkg/status"
    ln -sfn dash "$tree/bin/sh"; ln -sfn mawk "$tree/usr/bin/awk"
    mkdir -p "$tree"/{run/lock,root,tmp,etc,proc,sys,dev,lab}
    printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' >"$tree/etc/passwd"
    printf 'root:x:0:\ndialout:x:20:root\ngpio:x:997:root\ni2c:x:998:root\nnogroup:x:65534:\n' >"$tree/etc/group"
    printf '127.0.0.1 localhost\n' >"$tree/etc/hosts"; printf 'passwd: files\ngroup: files\nhosts: files\n' >"$tree/etc/nsswitch.conf"
    : >"$tree/done"
}

# .NET's runtime packs for arm64 have no "dotnet"; with this one the assemblies that are built here run there unchanged.
arm64_runtime() {
    local folder=$arm64/dotnet work version framework pack shared
    say "fetching .NET's runtime for arm64 (once)"
    rm -rf "$folder"; work=$(mktemp -d)
    cat >"$work/pack.csproj" <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-arm64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
  </PropertyGroup>
  <ItemGroup>
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
  </ItemGroup>
</Project>
END
    dotnet restore "$work/pack.csproj" -v q >"$arm64/log" 2>&1 || { tail -n 5 "$arm64/log" >&2; rm -rf "$work"; die "the runtime packs of ${arm64_frameworks[*]} for linux-arm64 do not restore" "dotnet nuget list source"; }
    version=$(dotnet msbuild "$work/pack.csproj" -getProperty:BundledNETCoreAppPackageVersion)
    for framework in "${arm64_frameworks[@]}"; do
        pack=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')${framework,,}.runtime.linux-arm64/$version/runtimes/linux-arm64
        [ -d "$pack" ] || { rm -rf "$work"; die "$pack is not there after a restore" "less $arm64/log"; }
        shared=$folder/shared/$framework/$version
        mkdir -p "$shared"
        cp "$pack"/lib/net*/* "$shared/"
        [ ! -d "$pack/native" ] || find "$pack/native" -type f -exec cp {} "$shared/" \;
    done
    mkdir -p "$folder/host/fxr/$version"
    mv "$folder/shared/Microsoft.NETCore.App/$version/libhostfxr.so" "$folder/host/fxr/$version/"
    aarch64-linux-gnu-gcc -O1 -Wall -Werror "-DVERSION=\"$version\"" "$here/dotnet.c" -o "$folder/dotnet" -ldl
    rm -rf "$work"
    echo "${arm64_frameworks[*]}" >"$folder/done"
}

# The firmware as a process, for the board of with-board, and the raw loop on its line: in a folder of its own, as the checkout's is this machine's.
arm64_firmware() {
    local folder=$arm64/firmware
    if [ -x "$folder/poll" ] && [ -z "$(find "$here/poll.c" "$root/rigs/firmware/core" "$root/rigs/firmware/hal" "$root/rigs/firmware/boards" "$root/rigs/firmware/hosts" "$root/rigs/firmware/Makefile" -newer "$folder/poll" -type f -print -quit)" ]; then return; fi
    rm -rf "$folder"; mkdir -p "$folder/tree"
    (cd "$root/rigs/firmware" && tar -c --exclude=./build .) | tar -x -C "$folder/tree"
    make -s -C "$folder/tree" CC_HOST=aarch64-linux-gnu-gcc build/posix build/leash >"$arm64/log" 2>&1 || { tail -n 10 "$arm64/log" >&2; say "the firmware does not build for arm64"; say "next: less $arm64/log"; exit 1; }
    mv "$folder/tree/build/posix" "$folder/tree/build/leash" "$folder/"; rm -rf "$folder/tree"
    aarch64-linux-gnu-gcc -O2 -Wall -Wextra -Werror "$here/poll.c" -o "$folder/poll"
}

# What is compiled ahead here (Directory.Build.targets) is for this machine's processor: in the guest the assemblies that it was compiled from lie over it.
arm64_assemblies() { # prints the command for the guest
    local folder=$arm64/assemblies file name bin config
    mkdir -p "$folder"
    for file in "$root"/.harness/ahead/*/*.dll.il; do [ ! -e "$file" ] || { name=${file##*/}; ln -sfn "$file" "$folder/${name%.il}"; }; done
    for file in "$root"/src/*/obj/Release/net10.0/*.dll; do [ ! -e "$file" ] || ln -sfn "$file" "$folder/${file##*/}"; done
    for bin in "$root"/{src,tests}/*/bin/Release/net10.0/; do [ ! -d "$bin" ] || printf 'ln -sf %q/*.dll %q\n' "$folder" "$bin"; done
    # The program itself is a file: .NET looks for what belongs to it where a link ends.
    for config in "$root"/{src,tests}/*/bin/Release/net10.0/*.runtimeconfig.json; do
        name=${config##*/} name=${name%.runtimeconfig.json}.dll
        [ ! -e "$folder/$name" ] || printf 'cp -L --remove-destination %q %q\n' "$folder/$name" "${config%/*}/"
    done
}

# A module's file, after those it needs, as its own "depends=" names them.
arm64_module() { # folder of modules, name, tree
    local file need name=$2
    file=$(find "$1" -name "${name//[-_]/[-_]}.ko" -print -quit)
    if [ -z "$file" ]; then
        grep -qE "/${name//[-_]/[-_]}\.ko" "$1/modules.builtin" || die "the arm64 kernel has no module $name" "less $arm64/log"
        return
    fi
    ! grep -qxs "${file##*/}" "$3/order" || return 0
    for need in $(tr '\0' '\n' <"$file" | sed -n 's/^depends=//p' | tr ',' ' '); do arm64_module "$1" "$need" "$3"; done
    cp "$file" "$3/"; echo "${file##*/}" >>"$3/order"
}

arm64_initrd() {
    local version build headers module package folder log=$arm64/log tree=$arm64/tree
    version=$(arm64_version)
    build=$(mktemp -d) # the kernel's makefiles take no folder with a space in its name
    rm -rf "$tree"; mkdir -p "$tree"/{bin,modules,proc,sys,dev,host,memory,new} "$arm64/boot"
    for package in "$arm64"/packages/kernel-packages/linux-headers-*.deb; do dpkg -x "$package" "$build"; done
    dpkg --fsys-tarfile "$arm64/packages/kernel-packages"/linux-image-*.deb | tar -x -C "$build" --wildcards './boot/vmlinuz*' './lib/modules/*/modules.builtin' \
        "./usr/lib/linux-image-$version/broadcom/bcm2837-rpi-3-b.dtb" $(printf " ./lib/modules/*/kernel/%s/*" "${arm64_folders[@]}") 2>"$log" || true # what is built in is no folder
    cp "$build/boot/vmlinuz-$version" "$build/usr/lib/linux-image-$version/broadcom/bcm2837-rpi-3-b.dtb" "$arm64/boot/"
    : >"$tree/modules/order"
    for module in "${virt_modules[@]}"; do arm64_module "$build/lib/modules/$version" "$module" "$tree/modules"; done
    rm -rf "$arm64/modules"; mkdir -p "$arm64/modules"; : >"$arm64/modules/order"
    for module in "${raspi3b_modules[@]}"; do arm64_module "$build/lib/modules/$version" "$module" "$arm64/modules"; done
    headers=$build/usr/src/linux-headers-$version
    mkdir -p "$build/usr/lib" "$build/lab"
    ln -sfn /usr/lib/linux-kbuild-6.1 "$build/usr/lib/linux-kbuild-6.1"
    echo "include $build/usr/src/linux-headers-${version%-arm64}-common/Makefile" >"$headers/Makefile"
    cp "$here"/lab*.c "$build/lab/"; echo 'obj-m := lab.o lab-w1.o' >"$build/lab/Kbuild"
    make -C "$headers" M="$build/lab" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- W=1 KCFLAGS=-Werror modules >"$log" 2>&1 || {
        rm -rf "$build"; tail -n 20 "$log" >&2; say "the module does not build"; say "next: less $log"; exit 1; }
    for folder in "$tree/modules" "$arm64/modules"; do cp "$build/lab/lab.ko" "$folder/"; echo lab.ko >>"$folder/order"; done
    cp "$build/lab/lab-w1.ko" "$tree/modules/"; echo lab-w1.ko >>"$tree/modules/order"
    cp "$arm64/system/bin/busybox" "$tree/bin/"; cp "$here/init" "$tree/init"; chmod +x "$tree/init"
    (cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null) >"$arm64/initrd.new"
    mv "$arm64/initrd.new" "$arm64/initrd"
    rm -rf "$build" "$tree"
}
