package io.jvmm.stream;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * Pieces of memory to write in one go. The capacity is fixed, the list is reused, and nothing here
 * allocates after construction. Not thread-safe.
 */
public final class BufferList {
    private final MemorySegment[] segments;
    private final long[] offsets;
    private final long[] lengths;
    private int head;
    private int tail;
    private long byteSize;

    /**
     * Creates an empty list.
     *
     * @param capacity the most pieces it can hold, at least 1
     */
    public BufferList(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("A buffer list needs room: capacity=" + capacity);
        }
        segments = new MemorySegment[capacity];
        Arrays.fill(segments, MemorySegment.NULL);
        offsets = new long[capacity];
        lengths = new long[capacity];
    }

    /**
     * How many pieces are left.
     *
     * @return 0 when all has been consumed
     */
    public int count() {
        return tail - head;
    }

    /**
     * How many more pieces fit; consumed pieces count as used until the list is empty.
     *
     * @return pieces, 0 when full
     */
    public int room() {
        return segments.length - tail;
    }

    /**
     * Whether no further piece fits.
     *
     * @return true when {@link #room()} is 0
     */
    public boolean isFull() {
        return tail == segments.length;
    }

    /**
     * The memory a piece lies in.
     *
     * @param i index of the piece, 0 = first that is left
     * @return the segment as given to {@link #add}
     */
    public MemorySegment segment(int i) {
        return segments[slot(i)];
    }

    /**
     * Where a piece starts.
     *
     * @param i index of the piece
     * @return byte offset in {@link #segment(int)}
     */
    public long offset(int i) {
        return offsets[slot(i)];
    }

    /**
     * How long a piece is.
     *
     * @param i index of the piece
     * @return bytes, at least 1
     */
    public long length(int i) {
        return lengths[slot(i)];
    }

    /**
     * Bytes in all pieces that are left.
     *
     * @return bytes
     */
    public long byteSize() {
        return byteSize;
    }

    /**
     * Appends a piece; one that continues the last piece in the same segment is joined to it, and
     * an empty one is left out.
     *
     * @param segment the memory
     * @param offset first byte
     * @param length bytes
     * @throws IllegalStateException if the list is full
     * @throws IndexOutOfBoundsException if the piece does not lie in the segment
     */
    public void add(MemorySegment segment, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        if (length == 0) {
            return;
        }
        if (continuesLast(segment, offset)) {
            lengths[tail - 1] += length;
        } else {
            append(segment, offset, length);
        }
        byteSize += length;
    }

    /**
     * Drops bytes from the front, because they have left.
     *
     * @param bytes 0 to {@link #byteSize()}
     */
    public void consume(long bytes) {
        if (bytes < 0 || bytes > byteSize) {
            throw new IllegalArgumentException(
                    "More consumed than there is: bytes=" + bytes + " byteSize=" + byteSize);
        }
        byteSize -= bytes;
        long left = bytes;
        while (left > 0 && left >= lengths[head]) {
            left -= lengths[head];
            head++;
        }
        if (left > 0) {
            offsets[head] += left;
            lengths[head] -= left;
        }
        if (byteSize == 0) {
            clear();
        }
    }

    /** Empties the list. */
    public void clear() {
        head = 0;
        tail = 0;
        byteSize = 0;
    }

    private boolean continuesLast(MemorySegment segment, long offset) {
        int last = tail - 1;
        return last >= head
                && segments[last].equals(segment)
                && offsets[last] + lengths[last] == offset;
    }

    private void append(MemorySegment segment, long offset, long length) {
        if (isFull()) {
            throw new IllegalStateException("The buffer list is full: capacity=" + segments.length);
        }
        segments[tail] = segment;
        offsets[tail] = offset;
        lengths[tail] = length;
        tail++;
    }

    private int slot(int i) {
        return head + Objects.checkIndex(i, count());
    }
}
