package io.jvmm.migration;

/** A migration cannot begin or go on; the guest is where the run state says. */
public class MigrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message a sentence, with the values that matter
     */
    public MigrationException(String message) {
        super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message a sentence, with the values that matter
     * @param cause what went wrong below
     */
    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
