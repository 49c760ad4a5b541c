package io.jvmm.monitor.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Standard input and output, or any pair of streams. Closing does not wake up a blocked read of
 * standard input: its thread is a daemon.
 */
final class StdioTransport implements Transport {
    private final InputStream in;
    private final OutputStream out;
    private volatile boolean closed;

    StdioTransport(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closed) {
            return -1;
        }
        int count = in.read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        if (count > 0) {
            into.position(into.position() + count);
        }
        return count;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        out.write(from.array(), from.arrayOffset() + from.position(), from.remaining());
        from.position(from.limit());
        out.flush();
    }

    @Override
    public String peer() {
        return "stdio";
    }

    @Override
    public void close() {
        closed = true;
    }
}
