package io.jvmm.monitor.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A two-way stream of bytes. One thread may read while another writes. */
public interface Transport extends AutoCloseable {
    /**
     * Reads at least one byte.
     *
     * @param into where to
     * @return number of bytes, -1 at the end
     * @throws IOException if the connection broke
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes all bytes.
     *
     * @param from what to write
     * @throws IOException if the connection broke
     */
    void write(ByteBuffer from) throws IOException;

    /**
     * The other side, for messages.
     *
     * @return such as {@code unix:/run/vm.sock}
     */
    String peer();

    /** Ends both directions; a blocked read returns. */
    @Override
    void close();
}
