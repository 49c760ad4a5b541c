package io.jvmm.vfio.kernel;

import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;

/** What a negated error number becomes. */
final class Failures {
    private Failures() {}

    /** Whether a result is this error. */
    static boolean is(long result, Errno errno) {
        return result == -errno.code();
    }

    /** A result that is none, or the exception. */
    static long check(long result, String call, String arguments) {
        if (result < 0) {
            throw of(result, call, arguments);
        }
        return result;
    }

    /**
     * The exception of a failed call. Drivers leak numbers that are the kernel's own (ENOTSUPP,
     * 524): they have no {@link Errno}.
     */
    static RuntimeException of(long result, String call, String arguments) {
        Errno errno;
        try {
            errno = Errno.fromCode((int) -result);
        } catch (IllegalArgumentException e) {
            return new VfioException(
                    "A driver answered with an error that has no name: call=%s code=%d %s"
                            .formatted(call, -result, arguments),
                    e);
        }
        return new SyscallException(call, errno, arguments);
    }
}
