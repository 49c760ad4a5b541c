package io.jvmm.monitor.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connected socket channel in blocking mode. */
final class ChannelTransport implements Transport {
    private static final System.Logger LOG = System.getLogger(ChannelTransport.class.getName());

    private final SocketChannel channel;
    private final String peer;
    private final AtomicBoolean closed = new AtomicBoolean();

    ChannelTransport(SocketChannel channel, String peer) {
        this.channel = channel;
        this.peer = peer;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return closed.get() ? -1 : channel.read(into);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            channel.write(from);
        }
    }

    @Override
    public String peer() {
        return peer;
    }

    /** The shutdown comes first because closing a descriptor does not wake up a blocked read. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try (channel) {
            channel.shutdownInput();
            channel.shutdownOutput();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "monitor connection was gone: peer=" + peer, e);
        }
    }
}
