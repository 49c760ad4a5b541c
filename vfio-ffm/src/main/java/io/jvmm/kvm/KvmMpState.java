package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * Whether the processor runs, waits or has not been started ({@code struct kvm_mp_state}).
 *
 * @param segment the struct
 */
public record KvmMpState(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(JAVA_INT.withName("mp_state")).withName("kvm_mp_state");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmMpState {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * The state of a processor that runs.
     *
     * @param allocator where its memory comes from
     * @return the view
     */
    public static KvmMpState allocate(SegmentAllocator allocator) {
        return new KvmMpState(allocator.allocate(LAYOUT));
    }

    /**
     * The state's number.
     *
     * @return {@code KVM_MP_STATE_}, 0 = runnable
     */
    public int get() {
        return segment.get(JAVA_INT, 0);
    }

    /**
     * Writes the state's number.
     *
     * @param state {@code KVM_MP_STATE_}
     */
    public void set(int state) {
        segment.set(JAVA_INT, 0, state);
    }
}
