package io.jvmm.vfio;

/** A device, or who serves it, did something that the VFIO rules do not allow. */
public class VfioException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception.
     *
     * @param message a sentence with the device and the value
     */
    public VfioException(String message) {
        super(message);
    }

    /**
     * Creates an exception.
     *
     * @param message a sentence with the device and the value
     * @param cause what it came from
     */
    public VfioException(String message, Throwable cause) {
        super(message, cause);
    }
}
