package io.jvmm.stream;

import java.lang.foreign.MemorySegment;

/** Where a stream's bytes come from. */
public interface ByteSource {
    /**
     * Blocks until at least one byte is there.
     *
     * @param into where to put the bytes
     * @param offset first byte of {@code into} to fill
     * @param length the most bytes to read, at least 1
     * @return how many bytes were read, or -1 at the end of the stream
     */
    long read(MemorySegment into, long offset, long length);
}
