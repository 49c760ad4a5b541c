package io.jvmm.vfio.check;

/** A device cannot be brought back to RUNNING, so nothing more can be checked. */
final class DeviceLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeviceLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
