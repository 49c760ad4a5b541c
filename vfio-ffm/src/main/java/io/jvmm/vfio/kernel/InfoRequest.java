package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A request for information whose answer may be longer than its struct: the kernel then says in
 * {@code argsz} how long, and is asked again with that much room.
 *
 * @param request the request
 * @param layout the answer's fixed part; begins with {@code argsz}
 */
record InfoRequest(Ioctl request, StructLayout layout) {
    /** More than any capability chain needs. */
    private static final long MAX_SIZE = 64 << 10;

    /** A chain may grow between two questions, but not for ever. */
    private static final int MAX_ATTEMPTS = 4;

    private static final long INDEX =
            2 * Integer.BYTES; // behind argsz and flags, where there is one

    /** What the file says about itself. */
    MemorySegment fetch(DeviceFile file, String about) {
        return fetch(file, 0, about);
    }

    /** What the file says about one of its regions or interrupts. */
    MemorySegment fetch(DeviceFile file, int index, String about) {
        long size = layout.byteSize();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            MemorySegment info = Arena.ofAuto().allocate(size, JAVA_LONG.byteAlignment());
            info.set(JAVA_INT, 0, (int) size);
            info.set(JAVA_INT, INDEX, index);
            Failures.check(file.ioctl(request, info), request.name(), about);
            long needed = Integer.toUnsignedLong(info.get(JAVA_INT, 0));
            if (needed <= size) {
                return info;
            }
            if (needed > MAX_SIZE) {
                break;
            }
            size = needed;
        }
        throw new VfioException(
                "A device's information does not end: call=%s size=%d %s"
                        .formatted(request.name(), size, about));
    }
}
