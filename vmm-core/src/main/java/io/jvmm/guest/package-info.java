/**
 * The guest: its memory, its vCPUs and what runs them.
 *
 * <pre>
 *   VcpuGroup ── one thread "vcpu-N" each ──► VcpuEngine (kvm, interp) ──► IoBus (devices)
 *       │                                         │
 *       │ CpuState, written by the vCPU thread    │ writes
 *       ▼                                         ▼
 *   whoever stopped the group                 GuestMemory ◄── host writes ── HostDirtyLog
 * </pre>
 *
 * <p>Threads: an engine is made, run, read, loaded and closed by its own vCPU thread alone; only
 * {@link io.jvmm.guest.VcpuEngine#kick} may come from elsewhere. {@link
 * io.jvmm.guest.VcpuGroup#requestStop} and {@link io.jvmm.guest.VcpuGroup#resume} may be called by
 * any thread. Neither stopping nor resuming allocates.
 */
@NullMarked
package io.jvmm.guest;

import org.jspecify.annotations.NullMarked;
