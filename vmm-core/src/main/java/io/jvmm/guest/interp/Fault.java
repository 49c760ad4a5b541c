package io.jvmm.guest.interp;

/** The instruction cannot be executed. Without a stack trace: it is a jump to the crash report. */
final class Fault extends RuntimeException {

    private static final long serialVersionUID = 1;

    Fault(String message) {
        super(message, null, false, false);
    }
}
