package io.jvmm.vfio.user.server;

import io.jvmm.linux.Errno;

/** A command that the device refuses; the client is told the error and may go on. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    RefusedException(Errno errno, String message) {
        super(message);
        this.errno = errno;
    }

    Errno errno() {
        return errno;
    }
}
