package io.jvmm.monitor;

/** A QMP request that is answered with an error, with the error's class. */
final class QmpException extends RuntimeException {
    static final String GENERIC = "GenericError";
    static final String NOT_FOUND = "CommandNotFound";

    private static final long serialVersionUID = 1;

    private final String errorClass;

    QmpException(String errorClass, String message) {
        super(message);
        this.errorClass = errorClass;
    }

    static QmpException generic(String message) {
        return new QmpException(GENERIC, message);
    }

    String errorClass() {
        return errorClass;
    }
}
