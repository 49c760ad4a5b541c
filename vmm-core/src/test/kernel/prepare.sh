#!/usr/bin/env bash
# Prepares what the kernel tier boots, from Debian packages and a JDK, and prints two directories:
#   KERNEL    vmlinuz and modules.cpio: a kernel, busybox, and VFIO with mtty, built out of tree
#   RUNTIME   runtime.cpio: a small Java runtime with its C library
# Both are kept in a cache, by kernel version and content. Nothing that is not ours is in our tree: the kernel's source is
# downloaded and built here, at test time.
#   JVMM_KERNEL_CACHE   the cache; ~/.cache/jvmm/kernel-tier by default
# Status 77 and a reason on stderr: something is not installed, or the packages cannot be had.
set -euo pipefail
shopt -s inherit_errexit

readonly here=$(cd "$(dirname "$0")" && pwd)
readonly cache=${JVMM_KERNEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/jvmm/kernel-tier}
readonly series=6.12
# What jvmm itself needs, what JUnit and AssertJ need on top.
readonly java_modules=java.base,java.logging,java.management,jdk.jfr,jdk.management,jdk.unsupported

missing() {
    echo "kernel tier: $*" >&2
    exit 77
}

require_tools() {
    local tool
    for tool in apt-cache apt-get dpkg-deb flock gcc javac ld make sha256sum strip tar xz; do
        command -v "$tool" >/dev/null || missing "$tool is not installed"
    done
}

hash_of() { cat "$@" | sha256sum | cut -c 1-12; }

# part NAME FUNCTION: lets FUNCTION make the directory of the cache with this name, if it is not there. A part is made beside
# its place and then renamed, so that a run which is killed leaves none that is half made.
part() {
    local place=$cache/$1 kind=${1%%-*} status=0
    exec 9>"$cache/.lock-$kind"
    flock 9
    if [ ! -d "$place" ]; then
        rm -rf "$cache/.making-$kind"
        mkdir -p "$cache/.making-$kind/part"
        # In the background, where "set -e" holds although the status is looked at.
        (cd "$cache/.making-$kind" && "$2") >"$place.log" 2>&1 &
        wait $! || status=$?
        if [ $status -ne 0 ]; then
            tail -n 20 "$place.log" >&2
            echo "kernel tier: no $1, see $place.log" >&2
            return $status
        fi
        mv "$cache/.making-$kind/part" "$place"
        rm -rf "$cache/.making-$kind"
    fi
    touch "$place"
    exec 9>&-
}

# Parts of other versions go when they have not been used for a month.
forget_old_parts() {
    local log
    for log in "$cache"/{kernel,packages,runtime}-*.log; do
        find "${log%.log}" -maxdepth 0 -mtime +30 -exec rm -rf {} "$log" \; 2>/dev/null || true
    done
}

# The newest kernel of the series: its name, and the version of its packages.
look_up_kernel() {
    kernel=$(apt-cache search --names-only "^linux-headers-${series//./\\.}\.[0-9]+\+deb[0-9]+-amd64$" |
        sed -n 's/^linux-headers-\([^ ]*\)-amd64 .*/\1/p' | sort -V | tail -n 1)
    [ -n "$kernel" ] || missing "apt knows no Debian kernel $series; its lists may be old (apt-get update)"
    version=$(apt-cache show "linux-headers-$kernel-amd64" | sed -n 's/^Version: //p' | sort -V | tail -n 1)
}

make_packages() {
    cd part
    apt-get -q -o APT::Sandbox::User="$(id -un)" download busybox-static "linux-image-$kernel-amd64-unsigned=$version" \
        "linux-headers-$kernel-amd64=$version" "linux-headers-$kernel-common=$version" \
        "linux-kbuild-$kernel=$version" "linux-source-$series=$version" ||
        missing "the packages of kernel $version cannot be downloaded"
    dpkg-deb --fsys-tarfile busybox-static_*.deb | tar -xO ./bin/busybox >busybox
    chmod +x busybox
}

unpack() { dpkg-deb --fsys-tarfile "$packages/$1"_*.deb | tar -x "${@:2}"; }

pack() { (cd "$1" && find . | "$packages/busybox" cpio -o -H newc) >"$2"; }

# The distribution's sources under our Kbuild files, as modules/Kbuild says.
unpack_module_sources() {
    cp -r "$here/modules" modules
    dpkg-deb --fsys-tarfile "$packages"/linux-source-*.deb | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' >source.tar.xz
    xz -dc -T0 source.tar.xz | tar -x --strip-components=1 --wildcards \
        'linux-source-*/drivers/iommu/iommu-priv.h' 'linux-source-*/drivers/iommu/iommufd/*.[ch]' \
        'linux-source-*/drivers/vfio/*.[ch]' 'linux-source-*/samples/vfio-mdev/*.[ch]' 'linux-source-*/lib/interval_tree.c'
    cp -r drivers/iommu drivers/vfio modules/
    cp samples/vfio-mdev/*.[ch] modules/vfio/
    # The kernel's interval tree has no span iterator; the module gets a tree of its own that has.
    sed '/^EXPORT_SYMBOL/d' lib/interval_tree.c >modules/iommu/iommufd/span.c
}

build_modules() {
    local headers=$PWD/usr/src/linux-headers-$kernel-amd64
    # The only place where the headers say that they are installed. No BTF: it would need pahole.
    sed -i "s#^include /usr/src/#include $PWD/usr/src/#" "$headers/Makefile"
    make -j"$(nproc)" -C "$headers" M="$PWD/modules" CONFIG_DEBUG_INFO_BTF_MODULES= modules
}

make_kernel() {
    part "packages-$version" make_packages
    unpack_module_sources
    unpack "linux-headers-$kernel-common"
    unpack "linux-headers-$kernel-amd64"
    unpack "linux-kbuild-$kernel"
    unpack "linux-image-$kernel-amd64-unsigned" --wildcards './boot/vmlinuz-*' './lib/modules/*/irqbypass.ko.xz'
    build_modules

    mkdir -p root/bin root/modules
    cp "$packages/busybox" root/bin/
    find modules -name '*.ko' -exec cp -t root/modules {} +
    find lib/modules -name 'irqbypass.ko.xz' -exec xz -dc {} + >root/modules/irqbypass.ko
    strip --strip-debug root/modules/*.ko
    pack root part/modules.cpio
    cp "$packages/busybox" part/
    cp boot/vmlinuz-* part/vmlinuz
}

make_runtime() {
    part "packages-$version" make_packages
    "$jdk/bin/jlink" --add-modules "$java_modules" --strip-debug --no-header-files --no-man-pages \
        --generate-cds-archive --output root/java
    rm -rf root/java/legal root/java/lib/server/classes_nocoops.jsa
    strip root/java/lib/server/libjvm.so
    local library
    for library in $c_libraries; do
        install -D "$library" "root$library"
    done
    pack root part/runtime.cpio
}

require_tools
mkdir -p "$cache"
look_up_kernel
readonly packages=$cache/packages-$version
jdk=$("$here/../../../../jvmm" --print-java-home)
c_libraries=$(ldd "$jdk/bin/java" "$jdk/lib/server/libjvm.so" | grep -Eo '(^|[[:space:]])/lib[^ ]*' | sort -u)
# shellcheck disable=SC2086 # libraries are words
runtime=runtime-$(hash_of "$0" "$jdk/release" $c_libraries)
kernel_part=kernel-$kernel-$(find "$here/modules" -name Kbuild | sort | xargs cat "$0" | hash_of)

part "$runtime" make_runtime &
runtime_process=$!
part "$kernel_part" make_kernel
wait "$runtime_process"
forget_old_parts
echo "KERNEL=$cache/$kernel_part"
echo "RUNTIME=$cache/$runtime"
