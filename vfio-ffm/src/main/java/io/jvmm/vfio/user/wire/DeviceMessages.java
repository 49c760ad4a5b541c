package io.jvmm.vfio.user.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The payloads of the commands for a device, all but its migration. Where nothing else is said, a
 * reply has the form of its command. {@code argsz} is the bytes of reply that the client can take,
 * or the bytes that the whole reply needs.
 */
public final class DeviceMessages {
    private DeviceMessages() {}

    /**
     * VERSION; the capabilities follow as JSON text with its NUL, or not at all.
     *
     * <pre>
     *  0  u16 major
     *  2  u16 minor
     *  4      text
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record Version(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_SHORT.withName("major"), JAVA_SHORT.withName("minor"))
                        .withName("vfio_user_version");

        /** Bytes of it. */
        public static final int SIZE = 4;

        private static final long MAJOR = Structs.offset(LAYOUT, "major");
        private static final long MINOR = Structs.offset(LAYOUT, "minor");

        /** Checks the memory's size. */
        public Version {
            Structs.check(segment, LAYOUT);
        }

        /** {@return the protocol's version, 0} */
        public int major() {
            return Short.toUnsignedInt(segment.get(JAVA_SHORT, MAJOR));
        }

        /** {@return its revision} */
        public int minor() {
            return Short.toUnsignedInt(segment.get(JAVA_SHORT, MINOR));
        }

        /**
         * Fills it.
         *
         * @param major the protocol's version
         * @param minor its revision
         */
        public void set(int major, int minor) {
            segment.set(JAVA_SHORT, MAJOR, (short) major);
            segment.set(JAVA_SHORT, MINOR, (short) minor);
        }
    }

    /**
     * DEVICE_GET_INFO; the command has zeros behind argsz.
     *
     * <pre>
     *   0  u32 argsz
     *   4  u32 flags     1 can be reset, 2 PCI
     *   8  u32 regions
     *  12  u32 irqs
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record GetInfo(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_INT.withName("num_regions"),
                                JAVA_INT.withName("num_irqs"))
                        .withName("vfio_device_info");

        /** Bytes of it. */
        public static final int SIZE = 16;

        /** It can be reset. */
        public static final int RESETTABLE = 1;

        /** Its regions are those of a PCI device. */
        public static final int PCI = 2;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");
        private static final long REGIONS = Structs.offset(LAYOUT, "num_regions");
        private static final long IRQS = Structs.offset(LAYOUT, "num_irqs");

        /** Checks the memory's size. */
        public GetInfo {
            Structs.check(segment, LAYOUT);
        }

        /** {@return bytes that the client can take} */
        public long argsz() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, ARGSZ));
        }

        /** {@return {@link #RESETTABLE} and {@link #PCI}} */
        public int flags() {
            return segment.get(JAVA_INT, FLAGS);
        }

        /** {@return how many regions} */
        public long regions() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, REGIONS));
        }

        /** {@return how many interrupt indexes} */
        public long irqs() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, IRQS));
        }

        /**
         * Fills it.
         *
         * @param flags {@link #RESETTABLE} and {@link #PCI}
         * @param regions how many regions
         * @param irqs how many interrupt indexes
         */
        public void set(int flags, int regions, int irqs) {
            segment.set(JAVA_INT, ARGSZ, SIZE);
            segment.set(JAVA_INT, FLAGS, flags);
            segment.set(JAVA_INT, REGIONS, regions);
            segment.set(JAVA_INT, IRQS, irqs);
        }
    }

    /**
     * DEVICE_GET_REGION_INFO; the command has only argsz and index. Capabilities may follow, and
     * the descriptor to map.
     *
     * <pre>
     *   0  u32 argsz
     *   4  u32 flags       1 read, 2 write, 4 mmap, 8 capabilities
     *   8  u32 index
     *  12  u32 cap_offset  of the first capability, from the beginning
     *  16  u64 size
     *  24  u64 offset      in the file of the descriptor
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record Region(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_INT.withName("index"),
                                JAVA_INT.withName("cap_offset"),
                                JAVA_LONG.withName("size"),
                                JAVA_LONG.withName("offset"))
                        .withName("vfio_region_info");

        /** Bytes of it. */
        public static final int SIZE = 32;

        /** It can be read. */
        public static final int READ = 1;

        /** It can be written. */
        public static final int WRITE = 2;

        /** Areas of it can be mapped. */
        public static final int MMAP = 4;

        /** Capabilities follow. */
        public static final int CAPABILITIES = 8;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");
        private static final long INDEX = Structs.offset(LAYOUT, "index");
        private static final long CAP_OFFSET = Structs.offset(LAYOUT, "cap_offset");
        private static final long LENGTH = Structs.offset(LAYOUT, "size");
        private static final long OFFSET = Structs.offset(LAYOUT, "offset");

        /** Checks the memory's size. */
        public Region {
            Structs.check(segment, LAYOUT);
        }

        /** {@return bytes that the whole reply takes} */
        public long argsz() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, ARGSZ));
        }

        /** {@return {@link #READ} to {@link #CAPABILITIES}} */
        public int flags() {
            return segment.get(JAVA_INT, FLAGS);
        }

        /** {@return the region's number} */
        public int index() {
            return segment.get(JAVA_INT, INDEX);
        }

        /** {@return where the capabilities begin} */
        public long capabilities() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, CAP_OFFSET));
        }

        /** {@return bytes} */
        public long size() {
            return segment.get(JAVA_LONG, LENGTH);
        }

        /** {@return where it begins in the file} */
        public long offset() {
            return segment.get(JAVA_LONG, OFFSET);
        }

        /**
         * Fills a command.
         *
         * @param argsz bytes that the client can take
         * @param index the region's number
         */
        public void ask(int argsz, int index) {
            segment.asSlice(0, SIZE).fill((byte) 0);
            segment.set(JAVA_INT, ARGSZ, argsz);
            segment.set(JAVA_INT, INDEX, index);
        }

        /**
         * Fills a reply without capabilities.
         *
         * @param index the region's number
         * @param flags {@link #READ} to {@link #CAPABILITIES}
         * @param size bytes
         */
        public void answer(int index, int flags, long size) {
            ask(SIZE, index);
            segment.set(JAVA_INT, FLAGS, flags);
            segment.set(JAVA_LONG, LENGTH, size);
        }
    }

    /**
     * DEVICE_GET_IRQ_INFO; the command has only argsz and index.
     *
     * <pre>
     *   0  u32 argsz
     *   4  u32 flags   1 eventfd, 2 maskable, 4 automasked, 8 noresize
     *   8  u32 index
     *  12  u32 count
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record Irq(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_INT.withName("index"),
                                JAVA_INT.withName("count"))
                        .withName("vfio_irq_info");

        /** Bytes of it. */
        public static final int SIZE = 16;

        /** It can signal an eventfd. */
        public static final int EVENTFD = 1;

        /** It can be masked. */
        public static final int MASKABLE = 2;

        /** It masks itself after each signal. */
        public static final int AUTOMASKED = 4;

        /** It must be set up as a whole. */
        public static final int NORESIZE = 8;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");
        private static final long INDEX = Structs.offset(LAYOUT, "index");
        private static final long COUNT = Structs.offset(LAYOUT, "count");

        /** Checks the memory's size. */
        public Irq {
            Structs.check(segment, LAYOUT);
        }

        /** {@return {@link #EVENTFD} to {@link #NORESIZE}} */
        public int flags() {
            return segment.get(JAVA_INT, FLAGS);
        }

        /** {@return its number} */
        public int index() {
            return segment.get(JAVA_INT, INDEX);
        }

        /** {@return how many interrupts} */
        public long count() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, COUNT));
        }

        /**
         * Fills it; a command has flags and count 0.
         *
         * @param index its number
         * @param flags {@link #EVENTFD} to {@link #NORESIZE}
         * @param count how many interrupts
         */
        public void set(int index, int flags, int count) {
            segment.set(JAVA_INT, ARGSZ, SIZE);
            segment.set(JAVA_INT, FLAGS, flags);
            segment.set(JAVA_INT, INDEX, index);
            segment.set(JAVA_INT, COUNT, count);
        }
    }

    /**
     * DEVICE_SET_IRQS; booleans may follow, eventfds come as descriptors. The reply is empty.
     *
     * <pre>
     *   0  u32 argsz
     *   4  u32 flags   data: 1 none, 2 bool, 4 eventfd; action: 8 mask, 16 unmask, 32 trigger
     *   8  u32 index
     *  12  u32 start
     *  16  u32 count
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record SetIrqs(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_INT.withName("index"),
                                JAVA_INT.withName("start"),
                                JAVA_INT.withName("count"))
                        .withName("vfio_irq_set");

        /** Bytes of it. */
        public static final int SIZE = 20;

        /** No data: all the interrupts are meant. */
        public static final int DATA_NONE = 1;

        /** A byte per interrupt says whether it is meant. */
        public static final int DATA_BOOL = 2;

        /** An eventfd per interrupt. */
        public static final int DATA_EVENTFD = 4;

        /** Keep them from signalling. */
        public static final int ACTION_MASK = 8;

        /** Let them signal. */
        public static final int ACTION_UNMASK = 16;

        /** With eventfds: connect them; else: fire. */
        public static final int ACTION_TRIGGER = 32;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");
        private static final long INDEX = Structs.offset(LAYOUT, "index");
        private static final long START = Structs.offset(LAYOUT, "start");
        private static final long COUNT = Structs.offset(LAYOUT, "count");

        /** Checks the memory's size. */
        public SetIrqs {
            Structs.check(segment, LAYOUT);
        }

        /** {@return data and action} */
        public int flags() {
            return segment.get(JAVA_INT, FLAGS);
        }

        /** {@return the interrupt index} */
        public int index() {
            return segment.get(JAVA_INT, INDEX);
        }

        /** {@return the first interrupt} */
        public int start() {
            return segment.get(JAVA_INT, START);
        }

        /** {@return how many} */
        public long count() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, COUNT));
        }

        /**
         * Fills it, for the interrupts from the first one on.
         *
         * @param flags data and action
         * @param index the interrupt index
         * @param count how many
         */
        public void set(int flags, int index, int count) {
            segment.set(JAVA_INT, ARGSZ, SIZE);
            segment.set(JAVA_INT, FLAGS, flags);
            segment.set(JAVA_INT, INDEX, index);
            segment.set(JAVA_INT, START, 0);
            segment.set(JAVA_INT, COUNT, count);
        }
    }

    /**
     * REGION_READ and REGION_WRITE; the data follow in the command of a write and in the reply of a
     * read.
     *
     * <pre>
     *   0  u64 offset
     *   8  u32 region
     *  12  u32 count
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record RegionAccess(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_LONG.withName("offset"),
                                JAVA_INT.withName("region"),
                                JAVA_INT.withName("count"))
                        .withName("vfio_user_region_access");

        /** Bytes of it. */
        public static final int SIZE = 16;

        private static final long OFFSET = Structs.offset(LAYOUT, "offset");
        private static final long REGION = Structs.offset(LAYOUT, "region");
        private static final long COUNT = Structs.offset(LAYOUT, "count");

        /** Checks the memory's size. */
        public RegionAccess {
            Structs.check(segment, LAYOUT);
        }

        /** {@return from the region's beginning} */
        public long offset() {
            return segment.get(JAVA_LONG, OFFSET);
        }

        /** {@return the region's index} */
        public int region() {
            return segment.get(JAVA_INT, REGION);
        }

        /** {@return bytes} */
        public long count() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, COUNT));
        }

        /**
         * Fills it.
         *
         * @param region the region's index
         * @param offset from the region's beginning
         * @param count bytes
         */
        public void set(int region, long offset, int count) {
            segment.set(JAVA_LONG, OFFSET, offset);
            segment.set(JAVA_INT, REGION, region);
            segment.set(JAVA_INT, COUNT, count);
        }
    }
}
