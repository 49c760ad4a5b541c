/**
 * KVM by file descriptor: {@link io.jvmm.kvm.Kvm} ({@code /dev/kvm}) makes {@link
 * io.jvmm.kvm.KvmVm}, which makes {@link io.jvmm.kvm.KvmVcpu}.
 *
 * <p>Each descriptor's ioctl numbers stand in one block of its class. The kernel's structs are
 * views over native memory ({@link io.jvmm.kvm.KvmRegs} …) with the C field names in their {@code
 * LAYOUT}; they are made once and reused, so that nothing is allocated when a guest is stopped and
 * its state is read. {@link io.jvmm.kvm.KvmRun} shows the last exit.
 *
 * <pre>{@code
 * try (Kvm kvm = Kvm.open(); KvmVm vm = kvm.createVm()) {
 *     vm.setMemory(0, 0, ram, false);
 *     try (KvmVcpu vcpu = vm.createVcpu(0)) {
 *         while (vcpu.run()) {
 *             switch (vcpu.exit().exitReason()) { … }
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>{@code Kvm} and {@code KvmVm} may be used by any thread, a {@code KvmVcpu} by one; {@link
 * io.jvmm.kvm.KvmRun#requestExit} is for others.
 */
@NullMarked
package io.jvmm.kvm;

import org.jspecify.annotations.NullMarked;
