package io.jvmm.kvm;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** What the struct views have in common. */
final class Structs {
    private Structs() {}

    /** Offset of a field by its C name. */
    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    /** The memory, if it has room for the struct. */
    static MemorySegment checked(MemorySegment segment, MemoryLayout layout) {
        if (segment.byteSize() < layout.byteSize()) {
            throw new IllegalArgumentException(
                    "Too small for the struct: struct="
                            + layout.name().orElse("")
                            + " size="
                            + layout.byteSize()
                            + " given="
                            + segment.byteSize());
        }
        return segment;
    }
}
