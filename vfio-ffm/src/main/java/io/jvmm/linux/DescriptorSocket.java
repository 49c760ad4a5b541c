package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.ref.Reference;
import java.util.List;

/**
 * A UNIX socket that carries descriptors beside the bytes ({@code sendmsg}, {@code recvmsg},
 * SCM_RIGHTS). Calls wait.
 *
 * <pre>
 *   msghdr ──► iovec[]            the bytes
 *          └─► cmsghdr, int[]     0  u64 cmsg_len = 16 + 4n
 *                                 8  s32 cmsg_level = SOL_SOCKET
 *                                12  s32 cmsg_type = SCM_RIGHTS
 *                                16  s32 descriptors[n]
 * </pre>
 *
 * <p>One thread sends and one thread receives at a time; {@link #shutdown} may come from any thread
 * and ends both. Without descriptors nothing allocates.
 */
public final class DescriptorSocket implements AutoCloseable {
    /** {@code struct msghdr}. */
    static final StructLayout MSGHDR =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("msg_name"),
                            JAVA_INT.withName("msg_namelen"),
                            MemoryLayout.paddingLayout(4),
                            JAVA_LONG.withName("msg_iov"),
                            JAVA_LONG.withName("msg_iovlen"),
                            JAVA_LONG.withName("msg_control"),
                            JAVA_LONG.withName("msg_controllen"),
                            JAVA_INT.withName("msg_flags"),
                            MemoryLayout.paddingLayout(4))
                    .withName("msghdr");

    /** {@code struct cmsghdr}. */
    static final StructLayout CMSGHDR =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("cmsg_len"),
                            JAVA_INT.withName("cmsg_level"),
                            JAVA_INT.withName("cmsg_type"))
                    .withName("cmsghdr");

    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int MSG_CTRUNC = 8;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final long IOV = MSGHDR.byteOffset(PathElement.groupElement("msg_iov"));
    private static final long IOVLEN = MSGHDR.byteOffset(PathElement.groupElement("msg_iovlen"));
    private static final long CONTROL = MSGHDR.byteOffset(PathElement.groupElement("msg_control"));
    private static final long CONTROLLEN =
            MSGHDR.byteOffset(PathElement.groupElement("msg_controllen"));
    private static final long FLAGS = MSGHDR.byteOffset(PathElement.groupElement("msg_flags"));

    private static final long LEN = CMSGHDR.byteOffset(PathElement.groupElement("cmsg_len"));
    private static final long LEVEL = CMSGHDR.byteOffset(PathElement.groupElement("cmsg_level"));
    private static final long TYPE = CMSGHDR.byteOffset(PathElement.groupElement("cmsg_type"));
    private static final long DATA = CMSGHDR.byteSize();
    private static final long CONTROL_SIZE = align(DATA + 4L * ReceivedDescriptors.MAXIMUM);

    private static final long EINTR = -Errno.EINTR.code();

    private final Socket socket;
    private final Message outgoing = new Message();
    private final Message incoming = new Message();
    private final IoVec piece = new IoVec(1);
    private boolean closed;

    /** A {@code msghdr} with room for descriptors. */
    private static final class Message {
        private final MemorySegment header = Arena.ofAuto().allocate(MSGHDR);
        private final MemorySegment control = Arena.ofAuto().allocate(CONTROL_SIZE, Long.BYTES);

        /** The kernel changes the header in each call, so all of it is set anew. */
        private void prepare(IoVec pieces, long controlLength) {
            header.set(JAVA_LONG, IOV, pieces.address());
            header.set(JAVA_LONG, IOVLEN, pieces.count());
            header.set(JAVA_LONG, CONTROL, controlLength == 0 ? 0 : control.address());
            header.set(JAVA_LONG, CONTROLLEN, controlLength);
            header.set(JAVA_INT, FLAGS, 0);
        }
    }

    /**
     * A socket for messages.
     *
     * @param socket a connected UNIX socket whose calls wait; closed with this object
     */
    public DescriptorSocket(Socket socket) {
        this.socket = socket;
    }

    /**
     * A socket that came as a descriptor.
     *
     * @param fd a connected UNIX socket; closed if it is none
     * @return a socket that owns it
     * @throws SyscallException if it is no socket (ENOTSOCK) or not a UNIX stream socket
     *     (EPROTONOSUPPORT)
     */
    public static DescriptorSocket of(Fd fd) {
        Socket socket = new Socket(fd);
        try {
            socket.requireUnixStream();
            fd.setNonBlocking(false);
            return new DescriptorSocket(socket);
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Asks for a send buffer that takes messages of a length whole, when it is empty: the peer has
     * all of a message then when it begins to read it, and the sender does not wait.
     *
     * @param length wanted length of the messages
     * @return the length that the kernel grants, which may be less or more
     * @throws SyscallException if the kernel refuses
     */
    public int holdMessages(int length) {
        socket.setSendBuffer(2 * length);
        return socket.sendBuffer() / 2;
    }

    /**
     * Sends all the bytes; the descriptors go with the first of them.
     *
     * @param pieces the bytes, at least one; used up
     * @param descriptors stay open here; at most {@link ReceivedDescriptors#MAXIMUM}
     * @throws SyscallException if the peer is gone (EPIPE) or the kernel refuses
     */
    public void send(IoVec pieces, List<Fd> descriptors) {
        long control = encode(descriptors);
        while (pieces.byteSize() > 0) {
            outgoing.prepare(pieces, control);
            pieces.advance(sendOnce(pieces));
            control = 0; // they have gone with the first bytes
        }
    }

    private long sendOnce(IoVec pieces) {
        try {
            long result;
            do {
                result = Syscalls.sendmsg(number(), outgoing.header.address(), MSG_NOSIGNAL);
            } while (result == EINTR);
            return result >= 0 ? result : failed("sendmsg", result);
        } finally {
            Reference.reachabilityFence(pieces);
        }
    }

    private long encode(List<Fd> descriptors) {
        int count = descriptors.size();
        if (count > ReceivedDescriptors.MAXIMUM) {
            throw new IllegalArgumentException("Too many descriptors: count=" + count);
        }
        if (count == 0) {
            return 0;
        }
        MemorySegment control = outgoing.control;
        control.set(JAVA_LONG, LEN, DATA + 4L * count);
        control.set(JAVA_INT, LEVEL, SOL_SOCKET);
        control.set(JAVA_INT, TYPE, SCM_RIGHTS);
        for (int i = 0; i < count; i++) {
            control.set(JAVA_INT, DATA + 4L * i, descriptors.get(i).number());
        }
        return align(DATA + 4L * count);
    }

    /**
     * Receives into a part of the memory until it is full.
     *
     * @param into where the bytes go
     * @param offset first byte of the part
     * @param length number of bytes
     * @param descriptors what comes with them is added here
     * @return the number of bytes; fewer than wanted only at the end of the stream
     * @throws SyscallException if the connection is broken, or a message brought too many
     *     descriptors (EMSGSIZE): some are lost then
     */
    public long receive(
            MemorySegment into, long offset, long length, ReceivedDescriptors descriptors) {
        piece.clear();
        piece.add(into, offset, length);
        while (piece.byteSize() > 0) {
            incoming.prepare(piece, CONTROL_SIZE);
            long received = receiveOnce(into);
            collect(descriptors);
            if (received == 0) {
                break;
            }
            piece.advance(received);
        }
        return length - piece.byteSize();
    }

    private long receiveOnce(MemorySegment into) {
        try {
            long result;
            do {
                result = Syscalls.recvmsg(number(), incoming.header.address(), MSG_CMSG_CLOEXEC);
            } while (result == EINTR);
            return result >= 0 ? result : failed("recvmsg", result);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    private void collect(ReceivedDescriptors descriptors) {
        boolean complete = (incoming.header.get(JAVA_INT, FLAGS) & MSG_CTRUNC) == 0;
        long end = incoming.header.get(JAVA_LONG, CONTROLLEN);
        long at = 0;
        while (at + DATA <= end) {
            long length = incoming.control.get(JAVA_LONG, at + LEN);
            if (incoming.control.get(JAVA_INT, at + LEVEL) == SOL_SOCKET
                    && incoming.control.get(JAVA_INT, at + TYPE) == SCM_RIGHTS) {
                complete &= own(at + DATA, at + length, descriptors);
            }
            at += align(length);
        }
        if (!complete) {
            throw new SyscallException(
                    "recvmsg",
                    Errno.EMSGSIZE,
                    socket.fd() + " descriptors=more than " + ReceivedDescriptors.MAXIMUM);
        }
    }

    private boolean own(long from, long to, ReceivedDescriptors descriptors) {
        boolean complete = true;
        for (long at = from; at + Integer.BYTES <= to; at += Integer.BYTES) {
            complete &= descriptors.add(Fd.own(incoming.control.get(JAVA_INT, at)));
        }
        return complete;
    }

    /**
     * Ends both directions now: calls in progress end, on both sides. Any thread may call this, at
     * any time; does nothing once closed.
     */
    public synchronized void shutdown() {
        if (!closed) {
            socket.shutdown();
        }
    }

    /**
     * The descriptor, for polling.
     *
     * @return the descriptor, owned by this object
     */
    public Fd fd() {
        return socket.fd();
    }

    @Override
    public synchronized void close() {
        closed = true;
        socket.close();
    }

    private int number() {
        return socket.fd().number();
    }

    private long failed(String call, long result) {
        throw new SyscallException(call, Errno.fromCode((int) -result), socket.fd().toString());
    }

    private static long align(long length) {
        return (length + Long.BYTES - 1) & -Long.BYTES;
    }
}
