package io.jvmm.guest.stress;

/** The RAM does not hold a stress guest that this program understands. */
public final class StressGuestException extends RuntimeException {

    private static final long serialVersionUID = 1;

    StressGuestException(String message) {
        super(message);
    }
}
