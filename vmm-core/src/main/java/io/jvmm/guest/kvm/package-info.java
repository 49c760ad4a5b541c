/**
 * The first accelerator: guests on the host's KVM, without an interrupt controller in the kernel.
 *
 * <pre>
 *   KvmAccelerator ── createVcpu ──► KvmVcpuEngine ──► IoBus
 *        │                                │ at each stop, and at each load
 *        ▼                                ▼
 *   KvmDirtyLog              StatePart … ◄──► CpuState
 *                            SystemRegisters, ExtendedState, ModelSpecificRegisters,
 *                            GeneralRegisters, PendingEvents, DebugRegisters
 * </pre>
 *
 * <p>A vCPU's descriptor and its state parts belong to its thread; {@link
 * io.jvmm.guest.VcpuEngine#kick} is for any thread. The dirty log belongs to the migration thread.
 * What a stop needs is made with the vCPU, so that saving allocates nothing.
 *
 * <p>State that the {@code cpu} section cannot carry is not offered to the guest: see {@link
 * io.jvmm.guest.kvm.ProcessorFeatures}.
 */
@NullMarked
package io.jvmm.guest.kvm;

import org.jspecify.annotations.NullMarked;
