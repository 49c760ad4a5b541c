package io.jvmm.vfio.kernel;

import io.jvmm.linux.Ioctl;
import io.jvmm.linux.Mapping;
import java.lang.foreign.MemorySegment;

/**
 * The system calls on one VFIO file. Results are the kernel's value or an error number negated; an
 * interrupted call is repeated. Nothing but {@link #map} and {@link #adopt} allocates.
 */
interface DeviceFile extends AutoCloseable {
    /** The descriptor's number, for structs that carry it. */
    int number();

    /** A request on memory. */
    long ioctl(Ioctl request, MemorySegment argument);

    /** A request whose argument is a number, or nothing (0). */
    long ioctl(Ioctl request, long argument);

    /** Reads a stream. */
    long read(MemorySegment into, long offset, long length);

    /** Writes a stream. */
    long write(MemorySegment from, long offset, long length);

    /** Reads at a place in the file. */
    long readAt(MemorySegment into, long length, long position);

    /** Writes at a place in the file. */
    long writeAt(MemorySegment from, long length, long position);

    /** Maps a part of the file. */
    Mapping map(long position, long size);

    /** The file behind a descriptor that a request on this one has answered with. */
    DeviceFile adopt(int number);

    @Override
    void close();
}
