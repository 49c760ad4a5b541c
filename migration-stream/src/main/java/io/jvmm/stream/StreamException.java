package io.jvmm.stream;

import org.jspecify.annotations.Nullable;

/** The migration stream cannot go on; which of the four reasons is the subclass. */
public abstract sealed class StreamException extends RuntimeException
        permits StreamFormatException,
                StreamEndException,
                StreamInterruptedException,
                StreamIoException {
    private static final long serialVersionUID = 1;

    StreamException(String message, @Nullable Throwable cause, boolean withStackTrace) {
        super(message, cause, withStackTrace, withStackTrace);
    }
}
