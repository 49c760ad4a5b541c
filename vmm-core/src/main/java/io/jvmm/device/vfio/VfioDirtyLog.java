package io.jvmm.device.vfio;

import io.jvmm.linux.SyscallException;
import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.VfioException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What the VFIO devices of a machine have written into its RAM, which they see at address 0.
 *
 * <p>One thread at a time; {@link #sync} allocates nothing.
 */
public final class VfioDirtyLog implements DirtyLog {
    private static final System.Logger LOG = System.getLogger(VfioDirtyLog.class.getName());

    private final DmaLogging[] devices;
    private final RamBlock ram;
    private final MemorySegment bitmap;
    private int started;

    /**
     * A log of these devices, not started.
     *
     * @param devices the devices' own logs
     * @param ram the machine's one block of RAM
     */
    public VfioDirtyLog(List<DmaLogging> devices, RamBlock ram) {
        this.devices = devices.toArray(DmaLogging[]::new);
        this.ram = ram;
        long words = Math.ceilDiv(ram.pages(), Long.SIZE);
        bitmap = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, words);
    }

    @Override
    public void start() {
        while (started < devices.length) {
            devices[started].start(0, ram.length(), RamBlock.PAGE_SIZE);
            started++;
        }
    }

    @Override
    public void sync(RamBlock block, DirtyBitmap into) {
        if (devices.length == 0) {
            return;
        }
        bitmap.fill((byte) 0);
        for (DmaLogging device : devices) {
            device.report(0, ram.length(), RamBlock.PAGE_SIZE, bitmap);
        }
        long words = bitmap.byteSize() / Long.BYTES;
        for (int i = 0; i < words; i++) {
            long bits = bitmap.getAtIndex(ValueLayout.JAVA_LONG, i);
            if (bits != 0) {
                into.orWord(i, bits);
            }
        }
    }

    @Override
    public void stop() {
        while (started > 0) {
            started--;
            stop(devices[started]);
        }
    }

    /** A device that is gone logs no more, and that is all that was wanted. */
    private static void stop(DmaLogging device) {
        try {
            device.stop();
        } catch (SyscallException | VfioException e) {
            LOG.log(Level.WARNING, "A device's dirty log was not stopped.", e);
        }
    }
}
