package io.jvmm.linux;

/** A system call failed. The message names the call, the error and the arguments. */
public final class SyscallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final Errno errno;

    /**
     * Describes a failed call.
     *
     * @param call name of the system call or ioctl, as in the kernel's header
     * @param errno what the kernel answered
     * @param arguments the arguments that help to understand the failure, as {@code key=value}
     */
    public SyscallException(String call, Errno errno, String arguments) {
        super("System call failed: call=" + call + " errno=" + errno + " " + arguments);
        this.call = call;
        this.errno = errno;
    }

    /**
     * The call that failed.
     *
     * @return name of the system call or ioctl
     */
    public String call() {
        return call;
    }

    /**
     * What the kernel answered.
     *
     * @return the error
     */
    public Errno errno() {
        return errno;
    }

    /** Passes a result on, or throws for a negated error number. */
    static long check(long result, String call, String arguments) {
        if (result < 0) {
            throw new SyscallException(call, Errno.fromCode((int) -result), arguments);
        }
        return result;
    }
}
