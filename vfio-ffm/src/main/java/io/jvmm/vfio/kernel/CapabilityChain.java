package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The capabilities behind an information struct, chained by offsets from its beginning:
 *
 * <pre>
 *   u16 id | u16 version | u32 next, 0 in the last one | …
 * </pre>
 *
 * The bytes may come from anybody: an offset outside, or met before, is an error.
 */
final class CapabilityChain {
    static final StructLayout HEADER =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("id"),
                            JAVA_SHORT.withName("version"),
                            JAVA_INT.withName("next"))
                    .withName("vfio_info_cap_header");

    private static final long VERSION = Structs.offset(HEADER, "version");
    private static final long NEXT = Structs.offset(HEADER, "next");

    /**
     * One capability.
     *
     * @param id which one; numbers are per kind of information
     * @param version of its layout
     * @param bytes from its header to the end of the information
     */
    record Entry(int id, int version, MemorySegment bytes) {
        /** A field, which must lie inside. */
        int intAt(long offset) {
            require(offset, Integer.BYTES);
            return bytes.get(JAVA_INT_UNALIGNED, offset);
        }

        /** A field, which must lie inside. */
        long longAt(long offset) {
            require(offset, Long.BYTES);
            return bytes.get(JAVA_LONG_UNALIGNED, offset);
        }

        /** The length of an array, which must lie inside with all its elements. */
        int countAt(long offset, long array, long elementSize) {
            int count = intAt(offset);
            if (count < 0 || count > (bytes.byteSize() - array) / elementSize) {
                throw new VfioException(
                        "A capability's array is longer than the information: id=%d count=%d bytes=%d"
                                .formatted(id, Integer.toUnsignedLong(count), bytes.byteSize()));
            }
            return count;
        }

        private void require(long offset, int size) {
            if (offset + size > bytes.byteSize()) {
                throw new VfioException(
                        "A capability is cut short: id=%d version=%d bytes=%d"
                                .formatted(id, version, bytes.byteSize()));
            }
        }
    }

    private CapabilityChain() {}

    /**
     * The capabilities, in their order.
     *
     * @param info the whole information
     * @param fixedSize bytes of its struct, where no capability can be
     * @param first offset of the first capability, 0 if there is none
     */
    static List<Entry> entries(MemorySegment info, long fixedSize, int first) {
        List<Entry> entries = new ArrayList<>();
        Set<Long> met = new HashSet<>();
        long offset = Integer.toUnsignedLong(first);
        while (offset != 0) {
            if (offset < fixedSize || offset > info.byteSize() - HEADER.byteSize()) {
                throw new VfioException(
                        "A capability lies outside the information: offset=%d bytes=%d"
                                .formatted(offset, info.byteSize()));
            }
            if (!met.add(offset)) {
                throw new VfioException("A chain of capabilities loops: offset=" + offset);
            }
            MemorySegment bytes = info.asSlice(offset);
            entries.add(
                    new Entry(
                            Short.toUnsignedInt(bytes.get(JAVA_SHORT_UNALIGNED, 0)),
                            Short.toUnsignedInt(bytes.get(JAVA_SHORT_UNALIGNED, VERSION)),
                            bytes));
            offset = Integer.toUnsignedLong(bytes.get(JAVA_INT_UNALIGNED, NEXT));
        }
        return entries;
    }
}
