package io.jvmm.migration.switchover;

/**
 * The attempt that the migration thread works on is decided and must not go on. Made once, without
 * a stack trace: throwing it allocates nothing.
 */
public final class AttemptOverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The one instance. */
    @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace that could mislead
    public static final AttemptOverException INSTANCE = new AttemptOverException();

    private AttemptOverException() {
        super("The switchover attempt is over.", null, false, false);
    }
}
