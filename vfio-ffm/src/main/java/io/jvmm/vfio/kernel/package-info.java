/**
 * The kernel's VFIO ({@code linux/vfio.h}, {@code linux/iommufd.h}): what {@link
 * io.jvmm.vfio.VfioBackend} says, over {@code /dev/vfio}.
 *
 * <pre>
 *   VfioDevices.openGroup ─► VfioContainer ◄─ VfioGroup ─► VfioDevice     /dev/vfio/vfio, /dev/vfio/N
 *   VfioDevices.openCdev  ─► IommuFd ◄─ Ioas ◄─────────── VfioDevice     /dev/iommu, /dev/vfio/devices/vfioN
 *                                                             │
 *                                     KernelMigration ─► the descriptor of a data session
 * </pre>
 *
 * There is a type per file descriptor, and each descriptor's request numbers stand in one block of
 * its class. All calls go through {@link io.jvmm.vfio.kernel.DeviceFile}, so that everything above
 * it is tested without a kernel. What a device says about itself is checked before it is believed:
 * sizes, offsets, capability chains, states, descriptors.
 *
 * <p>Threads: as {@link io.jvmm.vfio.VfioBackend} says. What is called between the stop and the
 * start of a guest, in {@code KernelMigration} and the DMA logs, allocates nothing; its arguments
 * are made when the device is opened.
 */
@NullMarked
package io.jvmm.vfio.kernel;

import org.jspecify.annotations.NullMarked;
