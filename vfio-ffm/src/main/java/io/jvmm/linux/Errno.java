package io.jvmm.linux;

/** Error numbers of Linux on x86-64 ({@code asm-generic/errno-base.h}, {@code errno.h}). */
public enum Errno {
    /** Interrupted system call. */
    EINTR(4);

    private final int code;

    Errno(int code) {
        this.code = code;
    }

    /**
     * The kernel's number.
     *
     * @return a positive number
     */
    public int code() {
        return code;
    }
}
