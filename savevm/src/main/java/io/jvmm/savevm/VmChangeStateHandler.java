package io.jvmm.savevm;

/**
 * A device with a state machine of its own: it stops after the vCPUs and runs before them (QEMU's
 * VM change state handlers, with their prepare step).
 *
 * <p>Every device takes a step before any takes the next, so that no device waits for another that
 * has stopped. One thread at a time. A step may block for as long as the device takes; none of them
 * allocates once it has been walked through.
 */
public interface VmChangeStateHandler {
    /**
     * What people call the device.
     *
     * @return always the same
     */
    String name();

    /**
     * What keeps the device from being moved.
     *
     * @return a sentence, or empty if nothing does
     */
    String migrationBlocker();

    /** The vCPUs have stopped: begins no transaction with other devices any more. */
    void prepareStop();

    /** All are prepared: stops; writes no guest memory from here on. */
    void stop();

    /** The guest is to run: answers other devices again. */
    void prepareRun();

    /** All are prepared: runs. The vCPUs follow. */
    void run();

    /** What it was doing is lost: runs from a reset, however it stood before. */
    void reset();

    /**
     * How long it is expected to take from a stop, with its state being read, back to running: a
     * read that has to be waited for, and the way back as it was lately.
     *
     * @return nanoseconds
     */
    long rollbackNanos();

    /**
     * How long that took when it was quickest.
     *
     * @return nanoseconds, at most {@link #rollbackNanos}
     */
    long leastRollbackNanos();
}
