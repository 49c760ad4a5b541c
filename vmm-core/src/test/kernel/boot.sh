#!/usr/bin/env bash
# Boots the kernel of the kernel tier under emulation, with DIRECTORY/app as /app.
#   boot.sh DIRECTORY          runs the tests: their results come out here, the console goes to DIRECTORY/console.log
#   boot.sh DIRECTORY --shell  a shell in the guest, on this terminal
# Always emulated: that is the same everywhere, and not every KVM can run it. Status 77: see prepare.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$1" && pwd)
limit=600

command -v qemu-system-x86_64 >/dev/null || {
    echo "kernel tier: qemu-system-x86_64 is not installed" >&2
    exit 77
}
parts=$(timeout -k 10 900 "$here/prepare.sh")
kernel=$(sed -n 's/^KERNEL=//p' <<<"$parts")
runtime=$(sed -n 's/^RUNTIME=//p' <<<"$parts")

install -D -t "$work/bin" "$here/jvmm"
install -t "$work" "$here/init"
(cd "$work" && find -L init bin app | "$kernel/busybox" cpio -o -L -H newc 2>/dev/null) |
    cat "$kernel/modules.cpio" "$runtime/runtime.cpio" - >"$work/initrd"

# The edu device behind an emulated VT-d is what vfio-pci drives.
machine=(-M "q35,kernel-irqchip=split" -accel tcg -smp 2 -m 1024 -nographic -nodefaults -no-reboot
    -device "intel-iommu,intremap=on" -device "edu,bus=pcie.0,addr=5"
    -kernel "$kernel/vmlinuz" -initrd "$work/initrd")
command_line="console=ttyS0 quiet panic=-1 intel_iommu=on"

if [ "${2:-}" = --shell ]; then
    exec qemu-system-x86_64 "${machine[@]}" -serial mon:stdio -append "$command_line kernel-tier.shell"
fi
exec timeout -k 10 "$limit" qemu-system-x86_64 "${machine[@]}" -append "$command_line" \
    -serial "file:$work/console.log" -device virtio-serial \
    -chardev file,id=results,path=/dev/stdout -device virtserialport,chardev=results,name=results </dev/null
