package io.jvmm.linux.internal;

/**
 * One Java method per system call, with the kernel's own arguments: descriptors as numbers, memory
 * as addresses. Each returns the kernel's value or a negated error number; none of them throws.
 */
public final class Syscalls {
    private static final long READ = 0;
    private static final long WRITE = 1;
    private static final long CLOSE = 3;
    private static final long FSTAT = 5;
    private static final long POLL = 7;
    private static final long MMAP = 9;
    private static final long MUNMAP = 11;
    private static final long IOCTL = 16;
    private static final long PREAD64 = 17;
    private static final long PWRITE64 = 18;
    private static final long READV = 19;
    private static final long WRITEV = 20;
    private static final long MADVISE = 28;
    private static final long GETPID = 39;
    private static final long SOCKET = 41;
    private static final long CONNECT = 42;
    private static final long SENDMSG = 46;
    private static final long RECVMSG = 47;
    private static final long SHUTDOWN = 48;
    private static final long BIND = 49;
    private static final long LISTEN = 50;
    private static final long GETSOCKNAME = 51;
    private static final long GETPEERNAME = 52;
    private static final long SOCKETPAIR = 53;
    private static final long SETSOCKOPT = 54;
    private static final long GETSOCKOPT = 55;
    private static final long FCNTL = 72;
    private static final long FTRUNCATE = 77;
    private static final long SCHED_SETSCHEDULER = 144;
    private static final long PRCTL = 157;
    private static final long GETTID = 186;
    private static final long TGKILL = 234;
    private static final long OPENAT = 257;
    private static final long ACCEPT4 = 288;
    private static final long EVENTFD2 = 290;
    private static final long MEMFD_CREATE = 319;

    private Syscalls() {}

    /**
     * {@code read(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long read(int fd, long address, long length) {
        return call(READ, fd, address, length, 0, 0, 0);
    }

    /**
     * {@code write(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long write(int fd, long address, long length) {
        return call(WRITE, fd, address, length, 0, 0, 0);
    }

    /**
     * {@code close(2)}.
     *
     * @param fd an open descriptor
     * @return value or negated error number
     */
    public static long close(int fd) {
        return call(CLOSE, fd, 0, 0, 0, 0, 0);
    }

    /**
     * {@code fstat(2)}.
     *
     * @param fd an open descriptor
     * @param stat address of the {@code struct stat}
     * @return value or negated error number
     */
    public static long fstat(int fd, long stat) {
        return call(FSTAT, fd, stat, 0, 0, 0, 0);
    }

    /**
     * {@code poll(2)}.
     *
     * @param pollFds address of the {@code pollfd} array
     * @param count number of elements
     * @param timeoutMillis -1 waits for ever
     * @return value or negated error number
     */
    public static long poll(long pollFds, int count, int timeoutMillis) {
        return call(POLL, pollFds, count, timeoutMillis, 0, 0, 0);
    }

    /**
     * {@code mmap(2)}.
     *
     * @param address address of the memory
     * @param length its length in bytes
     * @param protection {@code PROT_} bits
     * @param flags flag bits
     * @param fd an open descriptor
     * @param offset file offset
     * @return value or negated error number
     */
    public static long mmap(
            long address, long length, int protection, int flags, int fd, long offset) {
        return call(MMAP, address, length, protection, flags, fd, offset);
    }

    /**
     * {@code munmap(2)}.
     *
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long munmap(long address, long length) {
        return call(MUNMAP, address, length, 0, 0, 0, 0);
    }

    /**
     * {@code ioctl(2)}.
     *
     * @param fd an open descriptor
     * @param request ioctl number
     * @param argument value or address
     * @return value or negated error number
     */
    public static long ioctl(int fd, long request, long argument) {
        return call(IOCTL, fd, request, argument, 0, 0, 0);
    }

    /**
     * {@code pread(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @param position where in the file
     * @return value or negated error number
     */
    public static long pread(int fd, long address, long length, long position) {
        return call(PREAD64, fd, address, length, position, 0, 0);
    }

    /**
     * {@code pwrite(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @param position where in the file
     * @return value or negated error number
     */
    public static long pwrite(int fd, long address, long length, long position) {
        return call(PWRITE64, fd, address, length, position, 0, 0);
    }

    /**
     * {@code readv(2)}.
     *
     * @param fd an open descriptor
     * @param ioVecs address of the {@code iovec} array
     * @param count number of elements
     * @return value or negated error number
     */
    public static long readv(int fd, long ioVecs, int count) {
        return call(READV, fd, ioVecs, count, 0, 0, 0);
    }

    /**
     * {@code writev(2)}.
     *
     * @param fd an open descriptor
     * @param ioVecs address of the {@code iovec} array
     * @param count number of elements
     * @return value or negated error number
     */
    public static long writev(int fd, long ioVecs, int count) {
        return call(WRITEV, fd, ioVecs, count, 0, 0, 0);
    }

    /**
     * {@code madvise(2)}.
     *
     * @param address address of the memory
     * @param length its length in bytes
     * @param advice {@code MADV_} number
     * @return value or negated error number
     */
    public static long madvise(long address, long length, int advice) {
        return call(MADVISE, address, length, advice, 0, 0, 0);
    }

    /**
     * {@code getpid(2)}.
     *
     * @return value or negated error number
     */
    public static long getpid() {
        return call(GETPID, 0, 0, 0, 0, 0, 0);
    }

    /**
     * {@code socket(2)}.
     *
     * @param domain address family
     * @param type socket type and flags
     * @param protocol 0 for the only one
     * @return value or negated error number
     */
    public static long socket(int domain, int type, int protocol) {
        return call(SOCKET, domain, type, protocol, 0, 0, 0);
    }

    /**
     * {@code connect(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long connect(int fd, long address, int length) {
        return call(CONNECT, fd, address, length, 0, 0, 0);
    }

    /**
     * {@code sendmsg(2)}.
     *
     * @param fd an open descriptor
     * @param message address of the {@code msghdr}
     * @param flags {@code MSG_} bits
     * @return value or negated error number
     */
    public static long sendmsg(int fd, long message, int flags) {
        return call(SENDMSG, fd, message, flags, 0, 0, 0);
    }

    /**
     * {@code recvmsg(2)}.
     *
     * @param fd an open descriptor
     * @param message address of the {@code msghdr}
     * @param flags {@code MSG_} bits
     * @return value or negated error number
     */
    public static long recvmsg(int fd, long message, int flags) {
        return call(RECVMSG, fd, message, flags, 0, 0, 0);
    }

    /**
     * {@code shutdown(2)}.
     *
     * @param fd an open descriptor
     * @param how {@code SHUT_} number
     * @return value or negated error number
     */
    public static long shutdown(int fd, int how) {
        return call(SHUTDOWN, fd, how, 0, 0, 0, 0);
    }

    /**
     * {@code bind(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long bind(int fd, long address, int length) {
        return call(BIND, fd, address, length, 0, 0, 0);
    }

    /**
     * {@code listen(2)}.
     *
     * @param fd an open descriptor
     * @param backlog length of the queue
     * @return value or negated error number
     */
    public static long listen(int fd, int backlog) {
        return call(LISTEN, fd, backlog, 0, 0, 0, 0);
    }

    /**
     * {@code getsockname(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long getsockname(int fd, long address, long length) {
        return call(GETSOCKNAME, fd, address, length, 0, 0, 0);
    }

    /**
     * {@code getpeername(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long getpeername(int fd, long address, long length) {
        return call(GETPEERNAME, fd, address, length, 0, 0, 0);
    }

    /**
     * {@code socketpair(2)}.
     *
     * @param domain address family
     * @param type socket type and flags
     * @param protocol 0 for the only one
     * @param fds address of two ints
     * @return value or negated error number
     */
    public static long socketpair(int domain, int type, int protocol, long fds) {
        return call(SOCKETPAIR, domain, type, protocol, fds, 0, 0);
    }

    /**
     * {@code setsockopt(2)}.
     *
     * @param fd an open descriptor
     * @param level protocol level
     * @param option option number
     * @param value value or its address
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long setsockopt(int fd, int level, int option, long value, int length) {
        return call(SETSOCKOPT, fd, level, option, value, length, 0);
    }

    /**
     * {@code getsockopt(2)}.
     *
     * @param fd an open descriptor
     * @param level protocol level
     * @param option option number
     * @param value value or its address
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long getsockopt(int fd, int level, int option, long value, long length) {
        return call(GETSOCKOPT, fd, level, option, value, length, 0);
    }

    /**
     * {@code fcntl(2)}.
     *
     * @param fd an open descriptor
     * @param command {@code F_} number
     * @param argument value or address
     * @return value or negated error number
     */
    public static long fcntl(int fd, int command, long argument) {
        return call(FCNTL, fd, command, argument, 0, 0, 0);
    }

    /**
     * {@code ftruncate(2)}.
     *
     * @param fd an open descriptor
     * @param length its length in bytes
     * @return value or negated error number
     */
    public static long ftruncate(int fd, long length) {
        return call(FTRUNCATE, fd, length, 0, 0, 0, 0);
    }

    /**
     * {@code sched_setscheduler(2)}.
     *
     * @param tid thread
     * @param policy {@code SCHED_} number
     * @param param address of the {@code sched_param}
     * @return value or negated error number
     */
    public static long schedSetscheduler(int tid, int policy, long param) {
        return call(SCHED_SETSCHEDULER, tid, policy, param, 0, 0, 0);
    }

    /**
     * {@code prctl(2)}.
     *
     * @param option option number
     * @param argument value or address
     * @return value or negated error number
     */
    public static long prctl(int option, long argument) {
        return call(PRCTL, option, argument, 0, 0, 0, 0);
    }

    /**
     * {@code gettid(2)}.
     *
     * @return value or negated error number
     */
    public static long gettid() {
        return call(GETTID, 0, 0, 0, 0, 0, 0);
    }

    /**
     * {@code tgkill(2)}.
     *
     * @param pid process
     * @param tid thread
     * @param signal number of the signal
     * @return value or negated error number
     */
    public static long tgkill(int pid, int tid, int signal) {
        return call(TGKILL, pid, tid, signal, 0, 0, 0);
    }

    /**
     * {@code openat(2)}.
     *
     * @param directory descriptor of a directory, or {@code AT_FDCWD}
     * @param path address of a C string
     * @param flags flag bits
     * @param mode permission bits
     * @return value or negated error number
     */
    public static long openat(int directory, long path, int flags, int mode) {
        return call(OPENAT, directory, path, flags, mode, 0, 0);
    }

    /**
     * {@code accept4(2)}.
     *
     * @param fd an open descriptor
     * @param address address of the memory
     * @param length its length in bytes
     * @param flags flag bits
     * @return value or negated error number
     */
    public static long accept4(int fd, long address, long length, int flags) {
        return call(ACCEPT4, fd, address, length, flags, 0, 0);
    }

    /**
     * {@code eventfd2(2)}.
     *
     * @param value value or its address
     * @param flags flag bits
     * @return value or negated error number
     */
    public static long eventfd2(int value, int flags) {
        return call(EVENTFD2, value, flags, 0, 0, 0, 0);
    }

    /**
     * {@code memfd_create(2)}.
     *
     * @param name address of a C string
     * @param flags flag bits
     * @return value or negated error number
     */
    public static long memfdCreate(long name, int flags) {
        return call(MEMFD_CREATE, name, flags, 0, 0, 0, 0);
    }

    private static long call(long number, long a1, long a2, long a3, long a4, long a5, long a6) {
        try {
            return (long) SystemCallStub.HANDLE.invokeExact(number, a1, a2, a3, a4, a5, a6);
        } catch (Throwable e) {
            throw new AssertionError("A system call cannot throw", e);
        }
    }
}
