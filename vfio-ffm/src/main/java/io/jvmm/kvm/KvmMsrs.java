package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * A list of model specific registers ({@code struct kvm_msrs}). Nothing allocates after
 * construction.
 */
public final class KvmMsrs {
    static final StructLayout HEADER =
            MemoryLayout.structLayout(JAVA_INT.withName("nmsrs"), JAVA_INT.withName("pad"))
                    .withName("kvm_msrs");

    static final StructLayout ENTRY =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("index"),
                            JAVA_INT.withName("reserved"),
                            JAVA_LONG.withName("data"))
                    .withName("kvm_msr_entry");

    private static final long COUNT = Structs.offset(HEADER, "nmsrs");
    private static final long INDEX = Structs.offset(ENTRY, "index");
    private static final long DATA = Structs.offset(ENTRY, "data");

    private final MemorySegment memory;
    private final int capacity;

    /**
     * An empty list.
     *
     * @param allocator where its memory comes from
     * @param capacity most registers it will hold
     */
    public KvmMsrs(SegmentAllocator allocator, int capacity) {
        this.capacity = capacity;
        memory = allocator.allocate(HEADER.byteSize() + capacity * ENTRY.byteSize(), Long.BYTES);
    }

    /** The struct. */
    MemorySegment segment() {
        return memory;
    }

    /**
     * Number of registers in the list.
     *
     * @return 0 to the capacity
     */
    public int count() {
        return memory.get(JAVA_INT, COUNT);
    }

    /** Empties the list. */
    public void clear() {
        memory.set(JAVA_INT, COUNT, 0);
    }

    /**
     * Appends a register.
     *
     * @param index its number
     * @param value its value, for writing
     * @throws IllegalStateException if the list is full
     */
    public void add(int index, long value) {
        int position = count();
        if (position == capacity) {
            throw new IllegalStateException("The list is full: capacity=" + capacity);
        }
        memory.set(JAVA_INT, COUNT, position + 1);
        memory.set(JAVA_INT, at(position) + INDEX, index);
        memory.set(JAVA_LONG, at(position) + DATA, value);
    }

    /**
     * Number of a register.
     *
     * @param position place in the list
     * @return the register's number
     */
    public int index(int position) {
        return memory.get(JAVA_INT, at(position) + INDEX);
    }

    /**
     * Value of a register.
     *
     * @param position place in the list
     * @return the value that was read, or is to be written
     */
    public long value(int position) {
        return memory.get(JAVA_LONG, at(position) + DATA);
    }

    /**
     * Drops registers from the front.
     *
     * @param number 0 to {@link #count()}
     */
    public void removeFirst(int number) {
        int left = Objects.checkIndex(count() - number, count() + 1);
        MemorySegment.copy(
                memory,
                HEADER.byteSize() + number * ENTRY.byteSize(),
                memory,
                HEADER.byteSize(),
                left * ENTRY.byteSize());
        memory.set(JAVA_INT, COUNT, left);
    }

    private long at(int position) {
        return HEADER.byteSize() + Objects.checkIndex(position, count()) * ENTRY.byteSize();
    }
}
