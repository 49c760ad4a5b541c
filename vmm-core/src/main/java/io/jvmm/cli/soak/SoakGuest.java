package io.jvmm.cli.soak;

/** The guest that is moved: small, for what counts is how often. */
final class SoakGuest {
    static final long MEMORY = 4 << 20;
    static final long WORKING_SET = 1 << 20;
    static final long BYTES_PER_SECOND = 16 << 20;

    private SoakGuest() {}
}
