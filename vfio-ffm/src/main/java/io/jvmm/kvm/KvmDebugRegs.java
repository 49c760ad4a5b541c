package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * Debug registers ({@code struct kvm_debugregs}).
 *
 * @param segment the struct
 */
public record KvmDebugRegs(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(4, JAVA_LONG).withName("db"),
                            JAVA_LONG.withName("dr6"),
                            JAVA_LONG.withName("dr7"),
                            JAVA_LONG.withName("flags"),
                            MemoryLayout.sequenceLayout(9, JAVA_LONG).withName("reserved"))
                    .withName("kvm_debugregs");

    /** Number of breakpoint addresses, DR0 to DR3. */
    public static final int BREAKPOINTS = 4;

    private static final long DR6 = Structs.offset(LAYOUT, "dr6");
    private static final long DR7 = Structs.offset(LAYOUT, "dr7");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmDebugRegs {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * A struct of zeros.
     *
     * @param allocator where its memory comes from
     * @return the view
     */
    public static KvmDebugRegs allocate(SegmentAllocator allocator) {
        return new KvmDebugRegs(allocator.allocate(LAYOUT));
    }

    /**
     * A breakpoint address.
     *
     * @param index 0 to 3
     * @return the linear address
     */
    public long breakpoint(int index) {
        return segment.getAtIndex(JAVA_LONG, Objects.checkIndex(index, BREAKPOINTS));
    }

    /**
     * Writes a breakpoint address.
     *
     * @param index 0 to 3
     * @param address the linear address
     */
    public void setBreakpoint(int index, long address) {
        segment.setAtIndex(JAVA_LONG, Objects.checkIndex(index, BREAKPOINTS), address);
    }

    /**
     * DR6, what happened.
     *
     * @return the value
     */
    public long dr6() {
        return segment.get(JAVA_LONG, DR6);
    }

    /**
     * DR7, what is enabled.
     *
     * @return the value
     */
    public long dr7() {
        return segment.get(JAVA_LONG, DR7);
    }

    /**
     * Writes DR6 and DR7.
     *
     * @param dr6 what happened
     * @param dr7 what is enabled
     */
    public void set(long dr6, long dr7) {
        segment.set(JAVA_LONG, DR6, dr6);
        segment.set(JAVA_LONG, DR7, dr7);
    }
}
