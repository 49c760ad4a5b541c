package io.jvmm.benchmarks;

import io.jvmm.stream.BufferList;
import io.jvmm.stream.ByteSink;
import io.jvmm.stream.ByteSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A stream into memory, read back over and over. */
final class MemoryStream implements ByteSink, ByteSource {
    private static final long CAPACITY = 1 << 20;

    private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY);
    private long written;
    private long read;

    /** Bytes written since the last {@link #rewind}. */
    long size() {
        return written;
    }

    /** Writes from the start again. */
    void rewind() {
        written = 0;
    }

    @Override
    public void write(BufferList buffers) {
        for (int i = 0; i < buffers.count(); i++) {
            MemorySegment.copy(
                    buffers.segment(i), buffers.offset(i), memory, written, buffers.length(i));
            written += buffers.length(i);
        }
        buffers.consume(buffers.byteSize());
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        if (read == written) {
            read = 0;
        }
        long part = Math.min(length, written - read);
        MemorySegment.copy(memory, read, into, offset, part);
        read += part;
        return part;
    }
}
