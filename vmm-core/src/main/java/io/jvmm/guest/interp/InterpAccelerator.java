package io.jvmm.guest.interp;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.IoBus;
import io.jvmm.guest.VcpuEngine;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;

/** The interpreter as an accelerator: always usable, whatever the host. */
public final class InterpAccelerator implements Accelerator {

    private final RamBlock ram;
    private final WriteLog writes;

    /**
     * An interpreter for one guest.
     *
     * @param ram its RAM, from guest-physical address 0 on
     */
    public InterpAccelerator(RamBlock ram) {
        this.ram = ram;
        this.writes = new WriteLog(ram);
    }

    @Override
    public String name() {
        return "interp";
    }

    @Override
    public VcpuEngine createVcpu(int index, IoBus bus) {
        return new InterpVcpu(new PhysicalMemory(ram, writes, bus));
    }

    @Override
    public DirtyLog dirtyLog() {
        return writes;
    }

    @Override
    public void close() {}
}
