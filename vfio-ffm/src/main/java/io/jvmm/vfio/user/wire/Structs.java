package io.jvmm.vfio.user.wire;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** What all views over messages need. */
final class Structs {
    private Structs() {}

    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    /** Our own buffers are large enough; whether a peer's message is, its receiver checks. */
    static void check(MemorySegment segment, StructLayout layout) {
        if (segment.byteSize() < layout.byteSize()) {
            throw new IllegalArgumentException(
                    "The memory is too small: struct=%s size=%d"
                            .formatted(layout.name().orElse("?"), segment.byteSize()));
        }
    }
}
