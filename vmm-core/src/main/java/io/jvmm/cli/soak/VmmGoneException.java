package io.jvmm.cli.soak;

/** A process has ended, or does not answer any more. */
final class VmmGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    VmmGoneException(String message) {
        super(message);
    }

    VmmGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
