package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket, TCP (IPv4 and IPv6) or UNIX, connected or listening. Bytes go through {@link
 * #fd()}.
 *
 * <p>Any thread may call any method; closing while another thread is in a call is not allowed,
 * {@link #shutdown} is.
 */
public final class Socket implements AutoCloseable {
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_TYPE = 3;
    private static final int SO_ERROR = 4;
    private static final int SO_SNDBUF = 7;
    private static final int SO_LINGER = 13;
    private static final int SO_DOMAIN = 39;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int BACKLOG = 16;

    private final Fd fd;

    Socket(Fd fd) {
        this.fd = fd;
    }

    /**
     * Connects to a TCP listener and waits for it.
     *
     * @param address a resolved address
     * @return a connected socket whose calls wait
     * @throws SyscallException if nobody answers
     */
    public static Socket connectTcp(InetSocketAddress address) {
        return connect(address, 0);
    }

    /**
     * Connects to a UNIX listener and waits for it.
     *
     * @param path path of the listener
     * @return a connected socket whose calls wait
     * @throws SyscallException if nobody listens there
     */
    public static Socket connectUnix(Path path) {
        return connect(UnixDomainSocketAddress.of(path), 0);
    }

    /**
     * Starts to connect without waiting: poll until the socket is writable, then call {@link
     * #finishConnect}.
     *
     * @param address an {@link InetSocketAddress} or {@link UnixDomainSocketAddress}
     * @return a non-blocking socket
     * @throws SyscallException if it is already clear that it fails
     */
    public static Socket startConnect(SocketAddress address) {
        return connect(address, SOCK_NONBLOCK);
    }

    /**
     * Listens for TCP connections. The address may be reused at once after a close.
     *
     * @param address where; port 0 takes a free one, see {@link #localAddress}
     * @return a listening socket
     * @throws SyscallException if the address is taken or not ours
     */
    public static Socket listenTcp(InetSocketAddress address) {
        return listen(address);
    }

    /**
     * Listens for UNIX connections. The caller removes the path, before and after.
     *
     * @param path a path that does not exist
     * @return a listening socket
     * @throws SyscallException if the path exists or cannot be made
     */
    public static Socket listenUnix(Path path) {
        return listen(UnixDomainSocketAddress.of(path));
    }

    /**
     * Two UNIX sockets that are connected to each other.
     *
     * @return both ends
     * @throws SyscallException if the process has no descriptor left
     */
    public static List<Socket> pair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(JAVA_INT, 2);
            check(
                    Syscalls.socketpair(
                            SocketAddresses.AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.address()),
                    "socketpair",
                    "");
            return List.of(
                    new Socket(Fd.own(fds.getAtIndex(JAVA_INT, 0))),
                    new Socket(Fd.own(fds.getAtIndex(JAVA_INT, 1))));
        }
    }

    private static Socket connect(SocketAddress address, int flags) {
        Socket socket = create(address, flags);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = SocketAddresses.encode(address, arena);
            long result =
                    Syscalls.connect(socket.fd.number(), struct.address(), (int) struct.byteSize());
            if (result == -Errno.EINTR.code()) {
                socket.awaitConnected(); // the kernel goes on connecting
            } else if (result != -Errno.EINPROGRESS.code()) {
                check(result, "connect", "address=" + address);
            }
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket listen(SocketAddress address) {
        Socket socket = create(address, 0);
        try (Arena arena = Arena.ofConfined()) {
            if (address instanceof InetSocketAddress) {
                socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1);
            }
            MemorySegment struct = SocketAddresses.encode(address, arena);
            int number = socket.fd.number();
            check(
                    Syscalls.bind(number, struct.address(), (int) struct.byteSize()),
                    "bind",
                    "address=" + address);
            check(Syscalls.listen(number, BACKLOG), "listen", "address=" + address);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket create(SocketAddress address, int flags) {
        int family =
                switch (address) {
                    case UnixDomainSocketAddress _ -> SocketAddresses.AF_UNIX;
                    case InetSocketAddress inet when inet.getAddress() instanceof Inet6Address ->
                            SocketAddresses.AF_INET6;
                    default -> SocketAddresses.AF_INET;
                };
        return new Socket(
                Fd.own(
                        check(
                                Syscalls.socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0),
                                "socket",
                                "address=" + address)));
    }

    /**
     * Ends what {@link #startConnect} began, once the socket is writable.
     *
     * @throws SyscallException if the connection failed
     */
    public void finishConnect() {
        check(-option(SO_ERROR), "connect", fd.toString());
    }

    private int option(int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize());
            check(
                    Syscalls.getsockopt(
                            fd.number(), SOL_SOCKET, option, value.address(), size.address()),
                    "getsockopt",
                    fd.toString());
            return value.get(JAVA_INT, 0);
        }
    }

    /** Requires a descriptor of unknown origin to be what it should be. */
    void requireUnixStream() {
        if (option(SO_DOMAIN) != SocketAddresses.AF_UNIX || option(SO_TYPE) != SOCK_STREAM) {
            throw new SyscallException("getsockopt", Errno.EPROTONOSUPPORT, fd.toString());
        }
    }

    private void awaitConnected() {
        new PollSet(PollSet.Interest.writing(fd)).poll(-1);
        finishConnect();
    }

    /**
     * Takes the next connection of a listening socket.
     *
     * @return a connected socket whose calls wait, or null if the listener is non-blocking and
     *     nobody is there
     * @throws SyscallException if the listener is broken
     */
    public @Nullable Socket accept() {
        while (true) {
            long result = Syscalls.accept4(fd.number(), 0, 0, SOCK_CLOEXEC);
            if (result == -Errno.EAGAIN.code()) {
                return null;
            }
            if (result != -Errno.EINTR.code() && result != -Errno.ECONNABORTED.code()) {
                return new Socket(Fd.own(check(result, "accept4", fd.toString())));
            }
        }
    }

    /**
     * The address of this end.
     *
     * @return an {@link InetSocketAddress}, or a {@link UnixDomainSocketAddress}, whose path is
     *     empty without a name
     * @throws SyscallException if the kernel refuses
     */
    public SocketAddress localAddress() {
        return address("getsockname", Syscalls::getsockname);
    }

    /**
     * The address of the other end.
     *
     * @return an {@link InetSocketAddress}, or a {@link UnixDomainSocketAddress}, whose path is
     *     empty without a name
     * @throws SyscallException if the socket is not connected
     */
    public SocketAddress remoteAddress() {
        return address("getpeername", Syscalls::getpeername);
    }

    private interface AddressCall {
        long call(int fd, long address, long length);
    }

    private SocketAddress address(String name, AddressCall call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(SocketAddresses.UNIX.byteSize(), Long.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) struct.byteSize());
            check(call.call(fd.number(), struct.address(), length.address()), name, fd.toString());
            return SocketAddresses.decode(struct, length.get(JAVA_INT, 0));
        }
    }

    /**
     * Ends the outgoing direction: the peer reads what is under way and then the end.
     *
     * @throws SyscallException if the socket is not connected
     */
    public void shutdownWrite() {
        check(Syscalls.shutdown(fd.number(), SHUT_WR), "shutdown", fd.toString());
    }

    /**
     * Ends both directions now: calls in progress return, on both ends. Does nothing if not
     * connected.
     */
    public void shutdown() {
        long result = Syscalls.shutdown(fd.number(), SHUT_RDWR);
        if (result != -Errno.ENOTCONN.code()) {
            check(result, "shutdown", fd.toString());
        }
    }

    /**
     * Asks for a send buffer ({@code SO_SNDBUF}); the kernel takes less if its limit is lower.
     *
     * @param bytes wanted size
     * @throws SyscallException if the kernel refuses
     */
    public void setSendBuffer(int bytes) {
        setOption(SOL_SOCKET, SO_SNDBUF, bytes);
    }

    /**
     * How much the send buffer holds ({@code SO_SNDBUF}), the kernel's own bookkeeping included.
     *
     * @return bytes; a message of half as many is taken whole by an empty buffer
     * @throws SyscallException if the kernel refuses
     */
    public int sendBuffer() {
        return option(SO_SNDBUF);
    }

    /**
     * Sends small pieces at once instead of collecting them ({@code TCP_NODELAY}). Only TCP.
     *
     * @param noDelay true: send at once
     * @throws SyscallException if this is no TCP socket
     */
    public void setNoDelay(boolean noDelay) {
        setOption(IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
    }

    /**
     * Lets {@link #close} throw away what is not sent yet; a TCP peer gets a reset ({@code
     * SO_LINGER} 0).
     *
     * @throws SyscallException if the kernel refuses
     */
    public void lingerZero() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment linger = arena.allocateFrom(JAVA_INT, 1, 0); // on, seconds
            setOption(SOL_SOCKET, SO_LINGER, linger);
        }
    }

    private void setOption(int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            setOption(level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    private void setOption(int level, int option, MemorySegment value) {
        check(
                Syscalls.setsockopt(
                        fd.number(), level, option, value.address(), (int) value.byteSize()),
                "setsockopt",
                fd + " level=" + level + " option=" + option);
    }

    /**
     * The descriptor, for reading, writing and polling.
     *
     * @return the descriptor, owned by this socket
     */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }

    private static long check(long result, String call, String arguments) {
        return SyscallException.check(result, call, arguments);
    }
}
