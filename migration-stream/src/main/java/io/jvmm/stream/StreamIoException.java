package io.jvmm.stream;

import org.jspecify.annotations.Nullable;

/** The connection is broken or was closed on this side. */
public final class StreamIoException extends StreamException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param message what failed, with the peer
     * @param cause the system call's failure, or null if there was none
     */
    public StreamIoException(String message, @Nullable Throwable cause) {
        super(message, cause, true);
    }
}
