package io.jvmm.stream.channel;

import io.jvmm.linux.PollSet;
import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.stream.StreamIoException;
import java.net.InetSocketAddress;

/** Listens on a tcp or unix socket, which it owns. */
final class SocketListener implements ChannelListener {
    private final Socket socket;
    private final MigrationAddress address;
    private final Interrupter interrupter;
    private final PollSet connecting;
    private final Lease lease;

    private SocketListener(Socket socket, MigrationAddress address, Runnable afterClose) {
        this.socket = socket;
        this.address = address;
        interrupter = new Interrupter("accept on " + address.toUri());
        connecting = new PollSet(PollSet.Interest.reading(socket.fd()), interrupter.interest());
        lease =
                new Lease(() -> {
                    socket.close();
                    interrupter.close();
                    afterClose.run();
                });
    }

    private static SocketListener open(
            Socket socket, MigrationAddress address, Runnable afterClose) {
        try {
            socket.fd().setNonBlocking(true);
            return new SocketListener(socket, address, afterClose);
        } catch (SyscallException e) {
            socket.close();
            afterClose.run();
            throw e;
        }
    }

    static SocketListener tcp(MigrationAddress.Tcp tcp) {
        InetSocketAddress where =
                new InetSocketAddress(Resolver.listeningAddressOf(tcp), tcp.port());
        try {
            Socket socket = Socket.listenTcp(where);
            int port = ((InetSocketAddress) socket.localAddress()).getPort();
            return open(socket, new MigrationAddress.Tcp(tcp.host(), port), () -> {});
        } catch (SyscallException e) {
            throw new StreamIoException("Failed to bind socket: " + ErrorText.of(e), e);
        }
    }

    static SocketListener unix(MigrationAddress.Unix unix) {
        UnixPath path = new UnixPath(unix.path());
        try {
            path.removeStale();
            Socket socket = Socket.listenUnix(unix.path());
            return open(socket, unix, path.remover());
        } catch (SyscallException e) {
            throw new StreamIoException(
                    "Failed to bind socket to " + unix.path() + ": " + ErrorText.of(e), e);
        }
    }

    @Override
    public Channel accept() {
        if (!lease.acquire()) {
            throw closed();
        }
        try {
            return acceptOne();
        } catch (SyscallException e) {
            throw new StreamIoException("Accept failed: address=" + address.toUri(), e);
        } finally {
            lease.release();
        }
    }

    private Channel acceptOne() {
        while (true) {
            interrupter.check();
            Socket accepted = socket.accept();
            if (accepted == null) {
                interrupter.await(connecting, 1, -1);
                continue;
            }
            try {
                return channel(accepted);
            } catch (SyscallException _) {
                // It was gone before it was looked at: the next one counts.
                accepted.close();
            }
        }
    }

    private Channel channel(Socket accepted) {
        return switch (address) {
            case MigrationAddress.Unix unix -> SocketChannel.unix(accepted, unix.toUri());
            case MigrationAddress.Tcp _ -> {
                InetSocketAddress peer = (InetSocketAddress) accepted.remoteAddress();
                String host = peer.getAddress().getHostAddress();
                yield SocketChannel.tcp(
                        accepted, new MigrationAddress.Tcp(host, peer.getPort()).toUri());
            }
        };
    }

    @Override
    public void interrupt() {
        if (lease.acquire()) {
            try {
                interrupter.raise();
            } finally {
                lease.release();
            }
        }
    }

    @Override
    public MigrationAddress address() {
        return address;
    }

    @Override
    public void close() {
        interrupt();
        lease.end();
    }

    private StreamIoException closed() {
        return new StreamIoException("The listener is closed: address=" + address.toUri(), null);
    }
}
