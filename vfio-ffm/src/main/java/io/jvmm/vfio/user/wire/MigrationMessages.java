package io.jvmm.vfio.user.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The payloads of DEVICE_FEATURE and of the commands that move a device's state. The features and
 * their data are the kernel's ({@code linux/vfio.h}), each behind the eight bytes of {@link
 * Feature}.
 */
public final class MigrationMessages {
    private MigrationMessages() {}

    /**
     * DEVICE_FEATURE; a reply to a probe or a set repeats the command.
     *
     * <pre>
     *   0  u32 argsz   the whole payload: of the reply for a get, of the command for a set
     *   4  u32 flags   bits 0-15: feature; bit 16: get, 17: set, 18: probe
     *   8      data
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record Feature(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(JAVA_INT.withName("argsz"), JAVA_INT.withName("flags"))
                        .withName("vfio_user_device_feature");

        /** Bytes of it. */
        public static final int SIZE = 8;

        /** What the migration can do: {@link Flags}. */
        public static final int MIGRATION = 1;

        /** Where the device stands: {@link State}. */
        public static final int MIG_DEVICE_STATE = 2;

        /** Begins to log: {@link LoggingStart}. */
        public static final int DMA_LOGGING_START = 6;

        /** Ends it; no data. */
        public static final int DMA_LOGGING_STOP = 7;

        /** What was written: {@link LoggingReport}. */
        public static final int DMA_LOGGING_REPORT = 8;

        /** Bytes that STOP_COPY would give: {@link Flags}. */
        public static final int MIG_DATA_SIZE = 9;

        /** Reads the feature. */
        public static final int GET = 1 << 16;

        /** Changes it. */
        public static final int SET = 1 << 17;

        /** Only asks whether it could. */
        public static final int PROBE = 1 << 18;

        private static final int FEATURE_MASK = 0xffff;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");

        /** Checks the memory's size. */
        public Feature {
            Structs.check(segment, LAYOUT);
        }

        /** {@return bytes of the whole payload} */
        public long argsz() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, ARGSZ));
        }

        /** {@return the feature's number} */
        public int feature() {
            return segment.get(JAVA_INT, FLAGS) & FEATURE_MASK;
        }

        /** {@return {@link #GET}, {@link #SET} and {@link #PROBE}} */
        public int operation() {
            return segment.get(JAVA_INT, FLAGS) & ~FEATURE_MASK;
        }

        /**
         * Fills it.
         *
         * @param argsz bytes of the whole payload
         * @param feature the feature's number
         * @param operation {@link #GET}, {@link #SET} and {@link #PROBE}
         */
        public void set(int argsz, int feature, int operation) {
            segment.set(JAVA_INT, ARGSZ, argsz);
            segment.set(JAVA_INT, FLAGS, feature | operation);
        }
    }

    /**
     * Data of MIGRATION, and of every feature that is one number.
     *
     * <pre>
     *   8  u64 value
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record Flags(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_LONG.withName("value"))
                        .withName("vfio_device_feature_migration");

        /** Bytes of it. */
        public static final int SIZE = 16;

        /** MIGRATION: it can stop and be copied. */
        public static final int STOP_COPY = 1;

        /** MIGRATION: it has the P2P states. */
        public static final int P2P = 2;

        /** MIGRATION: it has the PRE_COPY states. */
        public static final int PRE_COPY = 4;

        private static final long VALUE = Structs.offset(LAYOUT, "value");

        /** Checks the memory's size. */
        public Flags {
            Structs.check(segment, LAYOUT);
        }

        /** {@return the number} */
        public long value() {
            return segment.get(JAVA_LONG, VALUE);
        }

        /**
         * Fills it.
         *
         * @param value the number
         */
        public void set(long value) {
            segment.set(JAVA_LONG, VALUE, value);
        }
    }

    /**
     * Data of MIG_DEVICE_STATE.
     *
     * <pre>
     *   8  u32 device_state
     *  12  s32 data_fd       -1: the state does not travel by a descriptor here
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record State(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_INT.withName("device_state"),
                                JAVA_INT.withName("data_fd"))
                        .withName("vfio_device_feature_mig_state");

        /** Bytes of it. */
        public static final int SIZE = 16;

        private static final long STATE = Structs.offset(LAYOUT, "device_state");
        private static final long DATA_FD = Structs.offset(LAYOUT, "data_fd");

        /** Checks the memory's size. */
        public State {
            Structs.check(segment, LAYOUT);
        }

        /** {@return the state's number} */
        public int state() {
            return segment.get(JAVA_INT, STATE);
        }

        /**
         * Fills it.
         *
         * @param state the state's number
         */
        public void set(int state) {
            segment.set(JAVA_INT, STATE, state);
            segment.set(JAVA_INT, DATA_FD, -1);
        }
    }

    /**
     * Data of DMA_LOGGING_START; the ranges follow, each u64 iova, u64 length. None means
     * everything.
     *
     * <pre>
     *   8  u64 page_size
     *  16  u32 num_ranges
     *  20  u32 0
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record LoggingStart(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_LONG.withName("page_size"),
                                JAVA_INT.withName("num_ranges"),
                                JAVA_INT.withName("reserved"))
                        .withName("vfio_device_feature_dma_logging_control");

        /** Bytes of it. */
        public static final int SIZE = 24;

        private static final long PAGE_SIZE = Structs.offset(LAYOUT, "page_size");
        private static final long RANGES = Structs.offset(LAYOUT, "num_ranges");
        private static final long RESERVED = Structs.offset(LAYOUT, "reserved");

        /** Checks the memory's size. */
        public LoggingStart {
            Structs.check(segment, LAYOUT);
        }

        /** {@return bytes per page} */
        public long pageSize() {
            return segment.get(JAVA_LONG, PAGE_SIZE);
        }

        /** {@return how many ranges follow} */
        public long ranges() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, RANGES));
        }

        /**
         * Fills it, for everything.
         *
         * @param pageSize bytes per page
         */
        public void set(long pageSize) {
            segment.set(JAVA_LONG, PAGE_SIZE, pageSize);
            segment.set(JAVA_INT, RANGES, 0);
            segment.set(JAVA_INT, RESERVED, 0);
        }
    }

    /**
     * Data of DMA_LOGGING_REPORT; in the reply the bitmap follows, in u64 words: bit k is the page
     * at iova + k * page_size.
     *
     * <pre>
     *   8  u64 iova
     *  16  u64 length
     *  24  u64 page_size
     *  32      bitmap
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record LoggingReport(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_LONG.withName("iova"),
                                JAVA_LONG.withName("length"),
                                JAVA_LONG.withName("page_size"))
                        .withName("vfio_device_feature_dma_logging_report");

        /** Bytes of it. */
        public static final int SIZE = 32;

        private static final long IOVA = Structs.offset(LAYOUT, "iova");
        private static final long LENGTH = Structs.offset(LAYOUT, "length");
        private static final long PAGE_SIZE = Structs.offset(LAYOUT, "page_size");

        /** Checks the memory's size. */
        public LoggingReport {
            Structs.check(segment, LAYOUT);
        }

        /** {@return the first address} */
        public long iova() {
            return segment.get(JAVA_LONG, IOVA);
        }

        /** {@return bytes} */
        public long length() {
            return segment.get(JAVA_LONG, LENGTH);
        }

        /** {@return bytes per page} */
        public long pageSize() {
            return segment.get(JAVA_LONG, PAGE_SIZE);
        }

        /**
         * Fills it.
         *
         * @param iova the first address
         * @param length bytes
         * @param pageSize bytes per page
         */
        public void set(long iova, long length, long pageSize) {
            segment.set(JAVA_LONG, IOVA, iova);
            segment.set(JAVA_LONG, LENGTH, length);
            segment.set(JAVA_LONG, PAGE_SIZE, pageSize);
        }
    }

    /**
     * MIG_DATA_READ and MIG_DATA_WRITE; the data follow in the reply of a read and in the command
     * of a write, whose reply is empty.
     *
     * <pre>
     *   0  u32 argsz   8 + size
     *   4  u32 size    bytes of data; libvfio-user's replies are as long as was asked, size counts
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record MigrationData(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(JAVA_INT.withName("argsz"), JAVA_INT.withName("size"))
                        .withName("vfio_user_mig_data");

        /** Bytes of it. */
        public static final int SIZE = 8;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long LENGTH = Structs.offset(LAYOUT, "size");

        /** Checks the memory's size. */
        public MigrationData {
            Structs.check(segment, LAYOUT);
        }

        /** {@return bytes of data} */
        public long size() {
            return Integer.toUnsignedLong(segment.get(JAVA_INT, LENGTH));
        }

        /**
         * Fills it.
         *
         * @param size bytes of data
         */
        public void set(int size) {
            segment.set(JAVA_INT, ARGSZ, SIZE + size);
            segment.set(JAVA_INT, LENGTH, size);
        }
    }
}
