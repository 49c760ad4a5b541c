package io.jvmm.vfio.user.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** The payloads of the commands for the memory that a device may reach. */
public final class DmaMessages {
    private DmaMessages() {}

    /**
     * DMA_MAP, with the descriptor of a file or none; the reply is empty.
     *
     * <pre>
     *   0  u32 argsz     32
     *   4  u32 flags     1 the device may read, 2 it may write
     *   8  u64 offset    in the file
     *  16  u64 address   where the device sees it
     *  24  u64 size
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record DmaMap(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_LONG.withName("offset"),
                                JAVA_LONG.withName("address"),
                                JAVA_LONG.withName("size"))
                        .withName("vfio_user_dma_map");

        /** Bytes of it. */
        public static final int SIZE = 32;

        private static final int READ = 1;
        private static final int WRITE = 2;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");
        private static final long OFFSET = Structs.offset(LAYOUT, "offset");
        private static final long ADDRESS = Structs.offset(LAYOUT, "address");
        private static final long LENGTH = Structs.offset(LAYOUT, "size");

        /** Checks the memory's size. */
        public DmaMap {
            Structs.check(segment, LAYOUT);
        }

        /** {@return first byte in the file} */
        public long offset() {
            return segment.get(JAVA_LONG, OFFSET);
        }

        /** {@return where the device sees it} */
        public long address() {
            return segment.get(JAVA_LONG, ADDRESS);
        }

        /** {@return bytes} */
        public long size() {
            return segment.get(JAVA_LONG, LENGTH);
        }

        /** {@return whether the device may write} */
        public boolean isWritable() {
            return (segment.get(JAVA_INT, FLAGS) & WRITE) != 0;
        }

        /**
         * Fills it, for memory that the device may read and write.
         *
         * @param offset first byte in the file
         * @param address where the device sees it
         * @param size bytes
         */
        public void set(long offset, long address, long size) {
            segment.set(JAVA_INT, ARGSZ, SIZE);
            segment.set(JAVA_INT, FLAGS, READ | WRITE);
            segment.set(JAVA_LONG, OFFSET, offset);
            segment.set(JAVA_LONG, ADDRESS, address);
            segment.set(JAVA_LONG, LENGTH, size);
        }
    }

    /**
     * DMA_UNMAP.
     *
     * <pre>
     *   0  u32 argsz     24
     *   4  u32 flags     1 with a dirty bitmap, 2 everything
     *   8  u64 address   as it was mapped
     *  16  u64 size      as it was mapped
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record DmaUnmap(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_INT.withName("argsz"),
                                JAVA_INT.withName("flags"),
                                JAVA_LONG.withName("address"),
                                JAVA_LONG.withName("size"))
                        .withName("vfio_user_dma_unmap");

        /** Bytes of it. */
        public static final int SIZE = 24;

        private static final int BITMAP = 1;
        private static final int ALL = 2;

        private static final long ARGSZ = Structs.offset(LAYOUT, "argsz");
        private static final long FLAGS = Structs.offset(LAYOUT, "flags");
        private static final long ADDRESS = Structs.offset(LAYOUT, "address");
        private static final long LENGTH = Structs.offset(LAYOUT, "size");

        /** Checks the memory's size. */
        public DmaUnmap {
            Structs.check(segment, LAYOUT);
        }

        /** {@return whether everything is meant} */
        public boolean isAll() {
            return segment.get(JAVA_INT, FLAGS) == ALL;
        }

        /** {@return whether a bitmap is wanted, a leftover of older versions} */
        public boolean wantsBitmap() {
            return (segment.get(JAVA_INT, FLAGS) & BITMAP) != 0;
        }

        /** {@return where the device sees it} */
        public long address() {
            return segment.get(JAVA_LONG, ADDRESS);
        }

        /** {@return bytes} */
        public long size() {
            return segment.get(JAVA_LONG, LENGTH);
        }

        /**
         * Fills it.
         *
         * @param address where the device sees it
         * @param size bytes
         */
        public void set(long address, long size) {
            segment.set(JAVA_INT, ARGSZ, SIZE);
            segment.set(JAVA_INT, FLAGS, 0);
            segment.set(JAVA_LONG, ADDRESS, address);
            segment.set(JAVA_LONG, LENGTH, size);
        }
    }

    /**
     * DMA_READ and DMA_WRITE, from the server; the data follow in the command of a write and in the
     * reply of a read.
     *
     * <pre>
     *   0  u64 address
     *   8  u64 count
     * </pre>
     *
     * @param segment the payload's memory
     */
    public record DmaAccess(MemorySegment segment) {
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                JAVA_LONG.withName("address"), JAVA_LONG.withName("count"))
                        .withName("vfio_user_dma_access");

        /** Bytes of it. */
        public static final int SIZE = 16;

        private static final long ADDRESS = Structs.offset(LAYOUT, "address");
        private static final long COUNT = Structs.offset(LAYOUT, "count");

        /** Checks the memory's size. */
        public DmaAccess {
            Structs.check(segment, LAYOUT);
        }

        /** {@return where the device sees it} */
        public long address() {
            return segment.get(JAVA_LONG, ADDRESS);
        }

        /** {@return bytes} */
        public long count() {
            return segment.get(JAVA_LONG, COUNT);
        }

        /**
         * Fills it.
         *
         * @param address where the device sees it
         * @param count bytes
         */
        public void set(long address, long count) {
            segment.set(JAVA_LONG, ADDRESS, address);
            segment.set(JAVA_LONG, COUNT, count);
        }
    }
}
