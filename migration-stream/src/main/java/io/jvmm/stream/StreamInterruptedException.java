package io.jvmm.stream;

/**
 * Somebody interrupted the channel on purpose. It has no stack trace and takes no suppressed
 * exceptions, so that a channel can make it once and throw it at the switchover without allocating.
 */
public final class StreamInterruptedException extends StreamException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param what what was interrupted, such as {@code "write to tcp:host:4444"}
     */
    public StreamInterruptedException(String what) {
        super("Interrupted: " + what, null, false);
    }
}
