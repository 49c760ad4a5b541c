package io.jvmm.linux;

import io.jvmm.linux.internal.NativeMemory;
import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * Owns one file descriptor and closes it once.
 *
 * <p>Any thread may call any method. A descriptor must not be closed while another thread is inside
 * one of its calls: break that call first. Nothing but {@link #open}, {@link #dup}, {@link
 * #fileSize} and a failure allocates. An interrupted call (EINTR) is repeated, {@link #tryIoctl}
 * excepted. Memory that is passed in must stay open during the call.
 */
public final class Fd implements AutoCloseable {
    /** Result of a transfer that would have to wait (EAGAIN on a non-blocking descriptor). */
    public static final long WOULD_BLOCK = -1;

    /** Open for reading ({@code O_RDONLY}). */
    public static final int READ_ONLY = 0;

    /** Open for writing ({@code O_WRONLY}). */
    public static final int WRITE_ONLY = 1;

    /** Open for both ({@code O_RDWR}). */
    public static final int READ_WRITE = 2;

    /** Create the file if it does not exist ({@code O_CREAT}), mode 0600. */
    public static final int CREATE = 0x40;

    /** Empty the file ({@code O_TRUNC}). */
    public static final int TRUNCATE = 0x200;

    /** Calls never wait ({@code O_NONBLOCK}). */
    public static final int NON_BLOCKING = 0x800;

    private static final int O_CLOEXEC = 0x80000;
    private static final int MFD_CLOEXEC = 1;
    private static final int AT_FDCWD = -100;
    private static final int OWNER_READ_WRITE = 0600;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private static final long STAT_SIZE = 144; // struct stat
    private static final long ST_SIZE = 48;

    private static final long EINTR = -Errno.EINTR.code();
    private static final long EAGAIN = -Errno.EAGAIN.code();

    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(Fd.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int number;

    @SuppressWarnings("unused") // through CLOSED
    private volatile boolean closed;

    private Fd(int number) {
        this.number = number;
    }

    /** Takes the ownership of a descriptor that a system call has just returned. */
    static Fd own(long number) {
        return new Fd(Math.toIntExact(number));
    }

    /**
     * Opens a file; the descriptor is not inherited by other programs.
     *
     * @param path path of the file
     * @param flags combination of the constants of this class
     * @return the descriptor
     * @throws SyscallException if the file cannot be opened
     */
    public static Fd open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(path).address();
            long result;
            do {
                result = Syscalls.openat(AT_FDCWD, address, flags | O_CLOEXEC, OWNER_READ_WRITE);
            } while (result == EINTR);
            return own(SyscallException.check(result, "open", "path=" + path));
        }
    }

    /**
     * A file of zeros that belongs to no path ({@code memfd_create}); it lives as long as somebody
     * holds it open or maps it.
     *
     * @param name shown in the process's memory map
     * @param size bytes
     * @return the descriptor
     * @throws SyscallException if the kernel refuses
     */
    public static Fd memoryFile(String name, long size) {
        Fd file;
        try (Arena arena = Arena.ofConfined()) {
            long result = Syscalls.memfdCreate(arena.allocateFrom(name).address(), MFD_CLOEXEC);
            file = own(SyscallException.check(result, "memfd_create", "name=" + name));
        }
        long result = Syscalls.ftruncate(file.number, size);
        if (result < 0) {
            file.close();
        }
        SyscallException.check(result, "ftruncate", "size=" + size);
        return file;
    }

    /**
     * Takes the ownership of a descriptor that the kernel has put into a struct.
     *
     * @param number its number; nobody else owns it
     * @return the descriptor
     */
    public static Fd adopt(int number) {
        return own(number);
    }

    /**
     * The number, for messages and for structs that carry it.
     *
     * @return the descriptor's number
     * @throws IllegalStateException if closed
     */
    public int number() {
        if (closed) {
            throw new IllegalStateException("The descriptor has been closed: fd=" + number);
        }
        return number;
    }

    /**
     * Reads into the memory.
     *
     * @param into where the bytes go; at most its size is read
     * @return number of bytes, 0 at the end, or {@link #WOULD_BLOCK}
     * @throws SyscallException if the read fails
     */
    public long read(MemorySegment into) {
        return read(into, 0, into.byteSize());
    }

    /**
     * Reads into a part of the memory.
     *
     * @param into where the bytes go
     * @param offset first byte of the part
     * @param length at most this many bytes
     * @return number of bytes, 0 at the end, or {@link #WOULD_BLOCK}
     * @throws SyscallException if the read fails
     */
    public long read(MemorySegment into, long offset, long length) {
        return transferred(tryRead(into, offset, length), "read");
    }

    /**
     * Writes the memory.
     *
     * @param from the bytes
     * @return number of bytes written, perhaps fewer than given, or {@link #WOULD_BLOCK}
     * @throws SyscallException if the write fails
     */
    public long write(MemorySegment from) {
        return write(from, 0, from.byteSize());
    }

    /**
     * Writes a part of the memory.
     *
     * @param from the bytes
     * @param offset first byte of the part
     * @param length number of bytes
     * @return number of bytes written, perhaps fewer than given, or {@link #WOULD_BLOCK}
     * @throws SyscallException if the write fails
     */
    public long write(MemorySegment from, long offset, long length) {
        return transferred(tryWrite(from, offset, length), "write");
    }

    /**
     * Reads where a failure is an ordinary outcome.
     *
     * @param into where the bytes go
     * @param offset first byte of the part
     * @param length at most this many bytes
     * @return number of bytes, 0 at the end, or an error number negated
     */
    public long tryRead(MemorySegment into, long offset, long length) {
        try {
            long address = NativeMemory.address(into, offset, length);
            long result;
            do {
                result = Syscalls.read(number(), address, length);
            } while (result == EINTR);
            return result;
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * Writes where a failure is an ordinary outcome.
     *
     * @param from the bytes
     * @param offset first byte of the part
     * @param length number of bytes
     * @return number of bytes written, perhaps fewer than given, or an error number negated
     */
    public long tryWrite(MemorySegment from, long offset, long length) {
        try {
            long address = NativeMemory.address(from, offset, length);
            long result;
            do {
                result = Syscalls.write(number(), address, length);
            } while (result == EINTR);
            return result;
        } finally {
            Reference.reachabilityFence(from);
        }
    }

    /**
     * Fills the memory from a place in the file ({@code pread}), where a failure is an ordinary
     * outcome. The file's position does not move.
     *
     * @param into where the bytes go; at most its size is read
     * @param length at most this many bytes
     * @param position where in the file
     * @return number of bytes, 0 at the end, or an error number negated
     */
    public long tryReadAt(MemorySegment into, long length, long position) {
        try {
            long address = NativeMemory.address(into, 0, length);
            long result;
            do {
                result = Syscalls.pread(number(), address, length, position);
            } while (result == EINTR);
            return result;
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * Writes the memory to a place in the file ({@code pwrite}), where a failure is an ordinary
     * outcome. The file's position does not move.
     *
     * @param from the bytes
     * @param length number of bytes
     * @param position where in the file
     * @return number of bytes written, perhaps fewer than given, or an error number negated
     */
    public long tryWriteAt(MemorySegment from, long length, long position) {
        try {
            long address = NativeMemory.address(from, 0, length);
            long result;
            do {
                result = Syscalls.pwrite(number(), address, length, position);
            } while (result == EINTR);
            return result;
        } finally {
            Reference.reachabilityFence(from);
        }
    }

    /**
     * Reads into the pieces, in order.
     *
     * @param pieces where the bytes go; not changed, see {@link IoVec#advance}
     * @return number of bytes, 0 at the end, or {@link #WOULD_BLOCK}
     * @throws SyscallException if the read fails
     */
    public long readv(IoVec pieces) {
        try {
            long result;
            do {
                result = Syscalls.readv(number(), pieces.address(), pieces.count());
            } while (result == EINTR);
            return transferred(result, "readv");
        } finally {
            Reference.reachabilityFence(pieces);
        }
    }

    /**
     * Writes the pieces, in order.
     *
     * @param pieces the bytes; not changed, see {@link IoVec#advance}
     * @return number of bytes written, perhaps fewer than given, or {@link #WOULD_BLOCK}
     * @throws SyscallException if the write fails
     */
    public long writev(IoVec pieces) {
        try {
            long result;
            do {
                result = Syscalls.writev(number(), pieces.address(), pieces.count());
            } while (result == EINTR);
            return transferred(result, "writev");
        } finally {
            Reference.reachabilityFence(pieces);
        }
    }

    /**
     * A request whose argument is a number, or nothing (0).
     *
     * @param request the request
     * @param argument its argument
     * @return the kernel's value, 0 or more
     * @throws SyscallException if the request fails
     */
    public long ioctl(Ioctl request, long argument) {
        long result;
        do {
            result = tryIoctl(request, argument);
        } while (result == EINTR);
        return requested(result, request);
    }

    /**
     * A request whose argument is memory.
     *
     * @param request the request
     * @param argument at least as large as the request says
     * @return the kernel's value, 0 or more
     * @throws SyscallException if the request fails
     */
    public long ioctl(Ioctl request, MemorySegment argument) {
        long result;
        do {
            result = tryIoctl(request, argument);
        } while (result == EINTR);
        return requested(result, request);
    }

    /**
     * A request that answers with a new descriptor.
     *
     * @param request the request
     * @param argument its argument
     * @return the new descriptor
     * @throws SyscallException if the request fails
     */
    public Fd ioctlFd(Ioctl request, long argument) {
        return own(ioctl(request, argument));
    }

    /**
     * A request whose failure is an ordinary outcome: never throws for an error number and never
     * repeats.
     *
     * @param request the request
     * @param argument its argument
     * @return the kernel's value, or an error number negated
     */
    public long tryIoctl(Ioctl request, long argument) {
        return Syscalls.ioctl(number(), request.request(), argument);
    }

    /**
     * A request on memory whose failure is an ordinary outcome: never throws for an error number
     * and never repeats.
     *
     * @param request the request
     * @param argument at least as large as the request says
     * @return the kernel's value, or an error number negated
     */
    public long tryIoctl(Ioctl request, MemorySegment argument) {
        try {
            long size = Math.max(request.size(), argument.byteSize());
            return Syscalls.ioctl(
                    number(), request.request(), NativeMemory.address(argument, 0, size));
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /**
     * Chooses whether calls wait; the setting belongs to the open file, so duplicates share it.
     *
     * @param nonBlocking true: calls answer {@link #WOULD_BLOCK} instead of waiting
     * @throws SyscallException if the kernel refuses
     */
    public void setNonBlocking(boolean nonBlocking) {
        long flags =
                SyscallException.check(
                        Syscalls.fcntl(number(), F_GETFL, 0), "fcntl", "fd=" + number);
        long changed = nonBlocking ? flags | NON_BLOCKING : flags & ~NON_BLOCKING;
        SyscallException.check(Syscalls.fcntl(number(), F_SETFL, changed), "fcntl", "fd=" + number);
    }

    /**
     * The length of the file ({@code fstat}).
     *
     * @return bytes; 0 for what has no length, such as a socket
     * @throws SyscallException if the kernel refuses
     */
    public long fileSize() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(STAT_SIZE, Long.BYTES);
            SyscallException.check(
                    Syscalls.fstat(number(), stat.address()), "fstat", "fd=" + number);
            return stat.get(ValueLayout.JAVA_LONG, ST_SIZE);
        }
    }

    /**
     * A second descriptor of the same open file.
     *
     * @return a descriptor to close separately
     * @throws SyscallException if the process has no descriptor left
     */
    public Fd dup() {
        return own(
                SyscallException.check(
                        Syscalls.fcntl(number(), F_DUPFD_CLOEXEC, 0), "fcntl", "fd=" + number));
    }

    /** Closes the descriptor; does nothing the second time. */
    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            Syscalls.close(number); // Linux has released the number whatever it answers
        }
    }

    @Override
    public String toString() {
        return "fd=" + number;
    }

    private long transferred(long result, String call) {
        if (result >= 0) {
            return result;
        }
        if (result == EAGAIN) {
            return WOULD_BLOCK;
        }
        throw new SyscallException(call, Errno.fromCode((int) -result), "fd=" + number);
    }

    private long requested(long result, Ioctl request) {
        if (result < 0) {
            throw new SyscallException(
                    request.name(), Errno.fromCode((int) -result), "fd=" + number);
        }
        return result;
    }
}
