package io.jvmm.stream.channel;

import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;

/** The words that QEMU's users know for the errors of sockets. */
final class ErrorText {
    private ErrorText() {}

    static String of(SyscallException e) {
        Errno errno = e.errno();
        return switch (errno) {
            case ECONNREFUSED -> "Connection refused";
            case ENOENT -> "No such file or directory";
            case EACCES -> "Permission denied";
            case EADDRINUSE -> "Address already in use";
            case EADDRNOTAVAIL -> "Cannot assign requested address";
            case EHOSTUNREACH -> "No route to host";
            case ENETUNREACH -> "Network is unreachable";
            case EPIPE -> "Broken pipe";
            case ECONNRESET -> "Connection reset by peer";
            case ETIMEDOUT -> "Connection timed out";
            default -> errno.name();
        };
    }
}
