package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.kvm.KvmVcpu;

/**
 * A part of a vCPU's state that KVM reads and writes with one request. Its buffer is made once;
 * neither method allocates.
 */
interface StatePart {
    /** Reads the part from KVM into the state. */
    void save(KvmVcpu vcpu, CpuState to);

    /** Writes the part from the state to KVM. */
    void load(KvmVcpu vcpu, CpuState from);
}
