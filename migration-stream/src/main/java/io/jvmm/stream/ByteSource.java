package io.jvmm.stream;

import java.lang.foreign.MemorySegment;

/** Where a stream's bytes come from. */
public interface ByteSource {
    /**
     * Blocks until at least one byte is there.
     *
     * @param into where to put the bytes; native memory
     * @param offset first byte of {@code into} to fill
     * @param length the most bytes to read, at least 1
     * @return how many bytes were read, at least 1, or -1 at the end of the stream
     * @throws StreamInterruptedException if the source was interrupted; nothing has been read
     * @throws StreamIoException if the connection is broken
     */
    long read(MemorySegment into, long offset, long length);
}
