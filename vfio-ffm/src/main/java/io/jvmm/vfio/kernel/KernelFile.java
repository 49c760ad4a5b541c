package io.jvmm.vfio.kernel;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Ioctl;
import io.jvmm.linux.Mapping;
import java.lang.foreign.MemorySegment;

/** A file of the kernel. */
record KernelFile(Fd fd) implements DeviceFile {
    private static final long EINTR = -Errno.EINTR.code();

    static KernelFile open(String path) {
        return new KernelFile(Fd.open(path, Fd.READ_WRITE));
    }

    @Override
    public int number() {
        return fd.number();
    }

    @Override
    public long ioctl(Ioctl request, MemorySegment argument) {
        long result;
        do {
            result = fd.tryIoctl(request, argument);
        } while (result == EINTR);
        return result;
    }

    @Override
    public long ioctl(Ioctl request, long argument) {
        long result;
        do {
            result = fd.tryIoctl(request, argument);
        } while (result == EINTR);
        return result;
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        return fd.tryRead(into, offset, length);
    }

    @Override
    public long write(MemorySegment from, long offset, long length) {
        return fd.tryWrite(from, offset, length);
    }

    @Override
    public long readAt(MemorySegment into, long length, long position) {
        return fd.tryReadAt(into, length, position);
    }

    @Override
    public long writeAt(MemorySegment from, long length, long position) {
        return fd.tryWriteAt(from, length, position);
    }

    @Override
    public Mapping map(long position, long size) {
        return Mapping.of(fd, position, size);
    }

    @Override
    public DeviceFile adopt(int number) {
        return new KernelFile(Fd.adopt(number));
    }

    @Override
    public void close() {
        fd.close();
    }
}
