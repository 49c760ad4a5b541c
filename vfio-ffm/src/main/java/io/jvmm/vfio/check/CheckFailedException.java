package io.jvmm.vfio.check;

/** A device does not do as it must; the message says what it did. */
final class CheckFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CheckFailedException(String message) {
        super(message);
    }
}
