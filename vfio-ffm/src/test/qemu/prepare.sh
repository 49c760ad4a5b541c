#!/usr/bin/env bash
# Unpacks a QEMU that has a vfio-user client (11.1 or newer, Debian trixie-backports) and prints the directory. Nothing is
# installed: apt works on lists of its own, and the programs run from where they lie.
#   JVMM_QEMU_CACHE   the cache; ~/.cache/jvmm/qemu-vfio-user by default. Remove it for a newer QEMU.
# Status 77 and a reason on stderr: something is not installed, or the packages cannot be had.
set -euo pipefail
shopt -s inherit_errexit

readonly cache=${JVMM_QEMU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/jvmm/qemu-vfio-user}
readonly mirror=http://deb.debian.org/debian
readonly suite=trixie

missing() {
    echo "vfio-user QEMU: $*" >&2
    exit 77
}

require_tools() {
    local tool
    for tool in apt-get dpkg-deb flock; do
        command -v "$tool" >/dev/null || missing "$tool is not installed"
    done
    [ "$(dpkg --print-architecture)" = amd64 ] || missing "only amd64 is supported"
}

# apt-get with sources, lists and a package status of its own; the system's keys are trusted, nothing else is used.
apt_get() {
    apt-get -q -y -o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1 -o Acquire::Retries=2 \
        -o Dir::Etc::sourcelist="$PWD/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State="$PWD/state" -o Dir::State::status="$PWD/status" -o Dir::Cache="$PWD/cache" "$@"
}

download() {
    mkdir -p state/lists/partial cache/archives/partial
    : >status
    printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-backports" >sources.list
    apt_get -o APT::Update::Error-Mode=any update || return
    apt_get --no-install-recommends --download-only -t "$suite-backports" install qemu-system-x86
}

unpack() {
    mkdir root
    # The file systems of today's Debian are merged; the packages count on it.
    ln -s usr/lib root/lib
    ln -s usr/lib64 root/lib64
    local package
    for package in cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C root --keep-directory-symlink --exclude='./usr/share/doc/*' \
            --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
    done
}

require_tools
mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9
if [ ! -d "$cache/root" ]; then
    rm -rf "$cache/making"
    mkdir "$cache/making"
    cd "$cache/making"
    download >"$cache/log" 2>&1 || missing "the packages cannot be downloaded; see $cache/log"
    unpack >>"$cache/log" 2>&1
    mv root "$cache/root" # last, so that none is left that is half made
    cd "$cache"
    rm -rf making
fi
echo "$cache/root"
