package io.jvmm.device;

/** What migrates of a {@link PauseClock}. */
public final class PauseClockState {

    /** Per vCPU the time of its last reading, nanoseconds. */
    public final long[] latched;

    /**
     * A clock that nobody has read.
     *
     * @param vcpus how many vCPUs
     */
    public PauseClockState(int vcpus) {
        this.latched = new long[vcpus];
    }
}
