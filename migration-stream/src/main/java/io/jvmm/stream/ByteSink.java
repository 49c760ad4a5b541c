package io.jvmm.stream;

/** Where a stream's bytes go. */
public interface ByteSink {
    /**
     * Blocks until all of it has left. However this method ends, the list has been consumed up to
     * what left: empty after success, and after an exception the same call goes on where it
     * stopped.
     *
     * @param buffers pieces of native memory, written in order
     * @throws StreamInterruptedException if the sink was interrupted
     * @throws StreamIoException if the connection is broken
     */
    void write(BufferList buffers);
}
