package io.jvmm.benchmarks;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The C library by JNA's direct mapping, its faster way. */
final class LibC {
    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    static native int ioctl(int fd, long request, long argument);

    static native int ioctl(int fd, long request, Pointer argument);
}
