package io.jvmm.stream.channel;

import io.jvmm.linux.Errno;
import io.jvmm.linux.PollSet;
import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.StreamIoException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, which can be interrupted and ends within a bound, the lookup of the
 * host's name included. Of several addresses the first that answers is taken.
 *
 * <p>{@link #connect} belongs to one thread, {@link #interrupt} to any.
 */
public final class Connector implements AutoCloseable {
    /** The usual bound. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final MigrationAddress address;
    private final long timeoutNanos;
    private final Interrupter interrupter;
    private final Lease lease;
    private final CompletableFuture<List<InetAddress>> lookup = new CompletableFuture<>();
    private long deadline;
    private boolean nobodyListens;

    /**
     * Prepares an attempt; its time starts with {@link #connect}.
     *
     * @param address where to connect to
     * @param timeout how long the attempt may take
     */
    public Connector(MigrationAddress address, Duration timeout) {
        this.address = address;
        timeoutNanos = timeout.toNanos();
        interrupter = new Interrupter("connect to " + address.toUri());
        lease = new Lease(interrupter::close);
    }

    /**
     * Connects.
     *
     * @return the connection, to be closed by the caller
     * @throws StreamIoException with QEMU's text, if nobody answers in time
     * @throws StreamInterruptedException if interrupted before or meanwhile
     */
    public Channel connect() {
        deadline = System.nanoTime() + timeoutNanos;
        return switch (address) {
            case MigrationAddress.Unix unix ->
                    SocketChannel.unix(
                            connect(
                                    UnixDomainSocketAddress.of(unix.path()),
                                    unix.path().toString()),
                            unix.toUri());
            case MigrationAddress.Tcp tcp -> SocketChannel.tcp(connectTcp(tcp), tcp.toUri());
        };
    }

    /**
     * Whether the attempt failed since nobody listens there, and not since nobody answered.
     *
     * @return true if the system, or the host, said so
     */
    public boolean nobodyListens() {
        return nobodyListens;
    }

    /** Breaks the attempt, now or when it is made. Any thread. */
    public void interrupt() {
        if (lease.acquire()) {
            try {
                interrupter.raise();
                lookup.cancel(false);
            } finally {
                lease.release();
            }
        }
    }

    @Override
    public void close() {
        lease.end();
    }

    private Socket connectTcp(MigrationAddress.Tcp tcp) {
        List<InetAddress> hosts =
                Resolver.isLiteral(tcp.host())
                        ? List.of(InetAddress.ofLiteral(tcp.host()))
                        : lookUp(tcp);
        String name = tcp.host() + ":" + tcp.port();
        StreamIoException failure = null;
        for (InetAddress host : hosts) {
            try {
                return connect(new InetSocketAddress(host, tcp.port()), name);
            } catch (StreamIoException e) {
                failure = e;
            }
        }
        throw failure == null ? new StreamIoException("No address: host=" + name, null) : failure;
    }

    private List<InetAddress> lookUp(MigrationAddress.Tcp tcp) {
        Thread.ofVirtual()
                .name("resolver")
                .start(() -> {
                    try {
                        lookup.complete(Resolver.addressesOf(tcp));
                    } catch (StreamException e) {
                        lookup.completeExceptionally(e);
                    }
                });
        try {
            return lookup.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw (StreamException) e.getCause();
        } catch (TimeoutException e) {
            throw new StreamIoException("The name was not found in time: host=" + tcp.host(), e);
        } catch (InterruptedException | CancellationException e) {
            interrupter.raise();
            interrupter.check();
            throw new StreamIoException("The lookup was given up: host=" + tcp.host(), e);
        }
    }

    private Socket connect(SocketAddress where, String name) {
        interrupter.check();
        Socket socket = null;
        try {
            socket = Socket.startConnect(where);
            awaitConnected(socket, name);
            socket.finishConnect();
            return socket;
        } catch (SyscallException e) {
            close(socket);
            nobodyListens = e.errno() == Errno.ECONNREFUSED || e.errno() == Errno.ENOENT;
            throw new StreamIoException(
                    "Failed to connect to '" + name + "': " + ErrorText.of(e), e);
        } catch (StreamException e) {
            close(socket);
            throw e;
        }
    }

    private void awaitConnected(Socket socket, String name) {
        PollSet connected =
                new PollSet(PollSet.Interest.writing(socket.fd()), interrupter.interest());
        while (!connected.writable(0)) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0 || !interrupter.await(connected, 1, left)) {
                throw new StreamIoException(
                        "Failed to connect to '" + name + "': Connection timed out", null);
            }
        }
    }

    private static void close(@Nullable Socket socket) {
        if (socket != null) {
            socket.close();
        }
    }
}
