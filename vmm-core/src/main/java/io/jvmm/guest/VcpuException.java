package io.jvmm.guest;

/** A vCPU could not be made, read or set. */
public final class VcpuException extends RuntimeException {

    private static final long serialVersionUID = 1;

    VcpuException(String message, Throwable cause) {
        super(message, cause);
    }
}
