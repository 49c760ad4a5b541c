package io.jvmm.guest;

import io.jvmm.savevm.ram.DirtyLog;

/** A way to run guest code: {@code kvm} or {@code interp}. One object per guest. */
public interface Accelerator extends AutoCloseable {

    /**
     * The name by which {@code -accel} chooses it.
     *
     * @return {@code kvm} or {@code interp}
     */
    String name();

    /**
     * Makes a vCPU in its reset state. Called on the thread that will run it.
     *
     * @param index 0 for the boot processor
     * @param bus where its port and MMIO accesses go
     * @return the vCPU
     */
    VcpuEngine createVcpu(int index, IoBus bus);

    /**
     * The log of what the guest's own instructions write. Writes by the VMM are in {@link
     * HostDirtyLog}.
     *
     * @return the same object at every call
     */
    DirtyLog dirtyLog();

    /** Releases the accelerator; its vCPUs are closed already. */
    @Override
    void close();
}
