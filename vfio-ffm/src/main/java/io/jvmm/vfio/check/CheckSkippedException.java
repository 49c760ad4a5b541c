package io.jvmm.vfio.check;

/** Something cannot be checked; the message says why. */
final class CheckSkippedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CheckSkippedException(String message) {
        super(message);
    }
}
