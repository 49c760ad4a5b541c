package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.EventFd;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.BitSet;
import java.util.List;

/**
 * Sets a device's interrupts up and fires, masks and unmasks them ({@code VFIO_DEVICE_SET_IRQS}).
 * Any thread.
 */
final class IrqControl {
    /** {@code struct vfio_irq_info}. */
    static final StructLayout INFO =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("index"),
                            JAVA_INT.withName("count"))
                    .withName("vfio_irq_info");

    /** Followed by the data. */
    static final StructLayout SET =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("index"),
                            JAVA_INT.withName("start"),
                            JAVA_INT.withName("count"))
                    .withName("vfio_irq_set");

    static final int INFO_EVENTFD = 1;
    static final int INFO_MASKABLE = 1 << 1;
    static final int INFO_AUTOMASKED = 1 << 2;
    static final int INFO_NORESIZE = 1 << 3;

    static final int DATA_NONE = 1;
    static final int DATA_EVENTFD = 1 << 2;
    static final int ACTION_MASK = 1 << 3;
    static final int ACTION_UNMASK = 1 << 4;
    static final int ACTION_TRIGGER = 1 << 5;

    private static final int FIRST = 0;

    private final DeviceFile file;
    private final String about;
    private final MemorySegment one = Arena.ofAuto().allocate(SET);
    private final BitSet connected = new BitSet();

    IrqControl(DeviceFile file, String about) {
        this.file = file;
        this.about = about;
    }

    /** What the kernel says of an interrupt index. */
    static IrqInfo decode(int index, MemorySegment info) {
        int flags = info.get(JAVA_INT, Structs.offset(INFO, "flags"));
        int count = info.get(JAVA_INT, Structs.offset(INFO, "count"));
        if (count < 0) {
            throw new VfioException(
                    "An interrupt index has too many interrupts: irq=%d count=%d"
                            .formatted(index, Integer.toUnsignedLong(count)));
        }
        return new IrqInfo(
                index,
                count,
                (flags & INFO_EVENTFD) != 0,
                (flags & INFO_MASKABLE) != 0,
                (flags & INFO_AUTOMASKED) != 0,
                (flags & INFO_NORESIZE) != 0);
    }

    /** Connects the first interrupts of an index, instead of those connected before. */
    synchronized void connect(IrqInfo irq, List<EventFd> events) {
        if (!irq.eventFd() || events.isEmpty() || events.size() > irq.count()) {
            throw new VfioException(
                    "Not so many interrupts can be connected: irq=%d count=%d eventfd=%b wanted=%d %s"
                            .formatted(
                                    irq.index(), irq.count(), irq.eventFd(), events.size(), about));
        }
        disconnect(irq.index());
        try (Arena arena = Arena.ofConfined()) {
            long size = SET.byteSize() + (long) events.size() * Integer.BYTES;
            MemorySegment set = arena.allocate(size, Integer.BYTES);
            fill(set, DATA_EVENTFD | ACTION_TRIGGER, irq.index(), events.size());
            for (int i = 0; i < events.size(); i++) {
                set.set(
                        JAVA_INT,
                        SET.byteSize() + (long) i * Integer.BYTES,
                        events.get(i).fd().number());
            }
            call(set, "connect", irq.index());
        }
        connected.set(irq.index());
    }

    /** Switches an index off; nothing if it is not connected, which some drivers would refuse. */
    synchronized void disconnect(int index) {
        if (connected.get(index)) {
            fill(one, DATA_NONE | ACTION_TRIGGER, index, 0);
            call(one, "disconnect", index);
            connected.clear(index);
        }
    }

    synchronized void mask(int index) {
        first(ACTION_MASK, "mask", index);
    }

    synchronized void unmask(int index) {
        first(ACTION_UNMASK, "unmask", index);
    }

    synchronized void trigger(int index) {
        first(ACTION_TRIGGER, "trigger", index);
    }

    private void first(int action, String name, int index) {
        fill(one, DATA_NONE | action, index, 1);
        call(one, name, index);
    }

    private static void fill(MemorySegment set, int flags, int index, int count) {
        set.set(JAVA_INT, 0, (int) set.byteSize());
        set.set(JAVA_INT, Structs.offset(SET, "flags"), flags);
        set.set(JAVA_INT, Structs.offset(SET, "index"), index);
        set.set(JAVA_INT, Structs.offset(SET, "start"), FIRST);
        set.set(JAVA_INT, Structs.offset(SET, "count"), count);
    }

    private void call(MemorySegment set, String action, int index) {
        long result = file.ioctl(VfioDevice.VFIO_DEVICE_SET_IRQS, set);
        if (result < 0) {
            throw Failures.of(
                    result,
                    VfioDevice.VFIO_DEVICE_SET_IRQS.name(),
                    about + " action=" + action + " irq=" + index);
        }
    }
}
