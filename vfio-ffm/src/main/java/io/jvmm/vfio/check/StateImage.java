package io.jvmm.vfio.check;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The state of a device, in native memory, to be closed. One thread. */
final class StateImage implements AutoCloseable {
    private static final long BLOCK = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> blocks = new ArrayList<>();
    private long size;

    long size() {
        return size;
    }

    /** Adds bytes from the beginning of memory. */
    void append(MemorySegment from, long length) {
        long done = 0;
        while (done < length) {
            long at = size % BLOCK;
            if (at == 0) {
                blocks.add(arena.allocate(BLOCK));
            }
            long piece = Math.min(length - done, BLOCK - at);
            MemorySegment.copy(from, done, blocks.getLast(), at, piece);
            done += piece;
            size += piece;
        }
    }

    /** Copies bytes to the beginning of memory; all must be there. */
    void copy(long position, MemorySegment into, long length) {
        long done = 0;
        while (done < length) {
            long at = (position + done) % BLOCK;
            long piece = Math.min(length - done, BLOCK - at);
            MemorySegment.copy(block(position + done), at, into, done, piece);
            done += piece;
        }
    }

    /** Whether these bytes are at the position. */
    boolean matches(long position, MemorySegment bytes, long length) {
        if (length > size - position) {
            return false;
        }
        long done = 0;
        while (done < length) {
            long at = (position + done) % BLOCK;
            long piece = Math.min(length - done, BLOCK - at);
            MemorySegment own = block(position + done);
            if (MemorySegment.mismatch(own, at, at + piece, bytes, done, done + piece) >= 0) {
                return false;
            }
            done += piece;
        }
        return true;
    }

    private MemorySegment block(long position) {
        return blocks.get((int) (position / BLOCK));
    }

    @Override
    public void close() {
        arena.close();
    }
}
