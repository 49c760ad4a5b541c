package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.internal.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Pieces of memory for one {@code readv} or {@code writev}: an array of {@code struct iovec}, made
 * once and reused.
 *
 * <p>One thread. Nothing allocates after construction. The pieces must stay open until the list is
 * cleared.
 */
public final class IoVec {
    /** Most pieces that one system call takes ({@code UIO_MAXIOV}). */
    public static final int MAXIMUM_CAPACITY = 1024;

    /** {@code struct iovec}. */
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(JAVA_LONG.withName("iov_base"), JAVA_LONG.withName("iov_len"))
                    .withName("iovec");

    private static final long SIZE = LAYOUT.byteSize();
    private static final long BASE =
            LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("iov_base"));
    private static final long LENGTH =
            LAYOUT.byteOffset(MemoryLayout.PathElement.groupElement("iov_len"));

    private final MemorySegment array;
    private final MemorySegment[] pieces; // keeps them reachable
    private int first;
    private int end;
    private long byteSize;

    /**
     * An empty list.
     *
     * @param capacity most pieces it will hold, 1 to {@link #MAXIMUM_CAPACITY}
     */
    public IoVec(int capacity) {
        if (capacity < 1 || capacity > MAXIMUM_CAPACITY) {
            throw new IllegalArgumentException("Not a number of pieces: capacity=" + capacity);
        }
        array = Arena.ofAuto().allocate(LAYOUT, capacity);
        pieces = new MemorySegment[capacity];
    }

    /** Forgets all pieces. */
    public void clear() {
        first = 0;
        end = 0;
        byteSize = 0;
    }

    /**
     * Appends a piece.
     *
     * @param base native memory
     * @param offset first byte of the piece
     * @param length its bytes
     * @throws IndexOutOfBoundsException if the piece is not inside the memory
     * @throws IllegalStateException if the list is full
     */
    public void add(MemorySegment base, long offset, long length) {
        if (end == pieces.length) {
            throw new IllegalStateException("The list is full: capacity=" + pieces.length);
        }
        array.set(JAVA_LONG, end * SIZE + BASE, NativeMemory.address(base, offset, length));
        array.set(JAVA_LONG, end * SIZE + LENGTH, length);
        pieces[end] = base;
        end++;
        byteSize += length;
    }

    /**
     * Drops what a call has transferred from the front.
     *
     * @param bytes 0 to {@link #byteSize()}
     */
    public void advance(long bytes) {
        if (bytes < 0 || bytes > byteSize) {
            throw new IllegalArgumentException(
                    "More than there is: bytes=" + bytes + " byteSize=" + byteSize);
        }
        byteSize -= bytes;
        long left = bytes;
        while (first < end) {
            long entry = first * SIZE;
            long length = array.get(JAVA_LONG, entry + LENGTH);
            if (left < length) {
                array.set(JAVA_LONG, entry + BASE, array.get(JAVA_LONG, entry + BASE) + left);
                array.set(JAVA_LONG, entry + LENGTH, length - left);
                return;
            }
            left -= length;
            first++;
        }
    }

    /**
     * Pieces that are left.
     *
     * @return 0 to the capacity
     */
    public int count() {
        return end - first;
    }

    /**
     * Bytes that are left.
     *
     * @return the sum over all pieces
     */
    public long byteSize() {
        return byteSize;
    }

    /**
     * Whether another piece fits.
     *
     * @return false if {@link #add} may be called
     */
    public boolean isFull() {
        return end == pieces.length;
    }

    /** Address of the first piece that is left. */
    long address() {
        return array.address() + first * SIZE;
    }
}
