package io.jvmm.guest;

import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An accelerator whose guests count in RIP until they are kicked, and whose next stop a test may
 * dictate.
 */
final class ScriptedAccelerator implements Accelerator, DirtyLog {

    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger saves = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    /** Replaces the next run of any vCPU. */
    volatile @Nullable Supplier<VcpuStop> next;

    volatile boolean failLoads;
    volatile boolean failSaves;
    volatile boolean failCreation;

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public VcpuEngine createVcpu(int index, IoBus bus) {
        if (failCreation && index == 1) {
            throw new IllegalStateException("no second vCPU");
        }
        open.incrementAndGet();
        return new Engine();
    }

    @Override
    public DirtyLog dirtyLog() {
        return this;
    }

    @Override
    public void close() {}

    @Override
    public void start() {}

    @Override
    public void sync(RamBlock block, DirtyBitmap into) {}

    @Override
    public void stop() {}

    private final class Engine implements VcpuEngine {

        private final Thread owner = Thread.currentThread();
        private long counter;
        private volatile boolean kicked;

        @Override
        public VcpuStop run() {
            requireOwner();
            Supplier<VcpuStop> scripted = next;
            if (scripted != null) {
                next = null;
                return scripted.get();
            }
            while (!kicked) {
                counter++;
                Thread.onSpinWait();
            }
            kicked = false;
            return VcpuStop.KICKED;
        }

        @Override
        public void kick() {
            kicked = true;
        }

        @Override
        public void saveState(CpuState to) {
            requireOwner();
            saves.incrementAndGet();
            if (failSaves) {
                throw new IllegalStateException("cannot save");
            }
            to.rip = counter;
        }

        @Override
        public void loadState(CpuState from) {
            requireOwner();
            loads.incrementAndGet();
            if (failLoads) {
                throw new IllegalStateException("cannot load");
            }
            counter = from.rip;
        }

        @Override
        public void close() {
            requireOwner();
            open.decrementAndGet();
        }

        private void requireOwner() {
            if (Thread.currentThread() != owner) {
                throw new AssertionError("not the vCPU's own thread");
            }
        }
    }
}
