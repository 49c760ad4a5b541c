/**
 * VFIO devices as functions of the guest's PCI bus.
 *
 * <p>{@link io.jvmm.device.vfio.VfioPciFunction} puts one {@link io.jvmm.vfio.VfioBackend} on the
 * bus: registers, interrupt, DMA to the guest's RAM, and the configuration space that migrates.
 * {@link io.jvmm.device.vfio.VfioRunState} stops it and lets it run with the guest, {@link
 * io.jvmm.device.vfio.VfioStateHandlers} moves its state.
 *
 * <p>Threads: registers are accessed by all vCPU threads; each function with an interrupt has a
 * thread of its own, {@code intx-…}, that waits for it.
 */
@NullMarked
package io.jvmm.device.vfio;

import org.jspecify.annotations.NullMarked;
