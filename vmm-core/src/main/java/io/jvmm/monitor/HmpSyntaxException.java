package io.jvmm.monitor;

/** A line that is no command; the message is printed as it is, without {@code Error: }. */
final class HmpSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HmpSyntaxException(String message) {
        super(message);
    }
}
