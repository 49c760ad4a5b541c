package io.jvmm.stream.channel;

import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.stream.StreamIoException;

/** A channel over a connected tcp or unix socket, which it owns. */
final class SocketChannel implements Channel {
    private static final int UNIX_SEND_BUFFER = 1024 * 1024;

    private final Socket socket;
    private final String peer;
    private final Lease lease;
    private final SocketOutput output;
    private final SocketInput input;
    private volatile boolean down;

    private SocketChannel(Socket socket, String peer) {
        this.socket = socket;
        this.peer = peer;
        output = new SocketOutput(this);
        input = new SocketInput(this);
        lease = new Lease(this::closeAll);
    }

    /** Takes the socket over, and closes it on failure. */
    static SocketChannel tcp(Socket socket, String peer) {
        return open(socket, peer, () -> socket.setNoDelay(true));
    }

    /** Takes the socket over, and closes it on failure. */
    static SocketChannel unix(Socket socket, String peer) {
        return open(socket, peer, () -> socket.setSendBuffer(UNIX_SEND_BUFFER));
    }

    private static SocketChannel open(Socket socket, String peer, Runnable setOptions) {
        try {
            socket.fd().setNonBlocking(true);
            setOptions.run();
            return new SocketChannel(socket, peer);
        } catch (SyscallException e) {
            socket.close();
            throw new StreamIoException("The channel cannot be set up: peer=" + peer, e);
        }
    }

    @Override
    public SocketOutput output() {
        return output;
    }

    @Override
    public ChannelInput input() {
        return input;
    }

    @Override
    public boolean duplex() {
        return true;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void shutdown() {
        down = true;
        if (lease.acquire()) {
            try {
                socket.shutdown();
            } finally {
                lease.release();
            }
        }
    }

    @Override
    public void close() {
        shutdown();
        lease.end();
    }

    Socket socket() {
        return socket;
    }

    /** Gets into the channel; to be paired with {@link #leave}. */
    void enter() {
        if (!lease.acquire()) {
            throw new StreamIoException("The channel is closed: peer=" + peer, null);
        }
    }

    void leave() {
        lease.release();
    }

    void raise(Interrupter interrupter) {
        if (lease.acquire()) {
            try {
                interrupter.raise();
            } finally {
                lease.release();
            }
        }
    }

    void clear(Interrupter interrupter) {
        enter();
        try {
            interrupter.clear();
        } finally {
            leave();
        }
    }

    void checkUp() {
        if (down) {
            throw new StreamIoException("The channel was shut down: peer=" + peer, null);
        }
    }

    StreamIoException failed(String call, SyscallException cause) {
        return new StreamIoException(
                call + " failed: " + ErrorText.of(cause) + ". peer=" + peer, cause);
    }

    private void closeAll() {
        output.close();
        input.close();
        socket.close();
    }
}
