package io.jvmm.migration;

/** Run state of the guest, with the names that {@code query-status} gives. */
public enum RunState {
    /** Started with {@code -S}; has not run yet. */
    PRELAUNCH("prelaunch"),
    /** The vCPUs run. */
    RUNNING("running"),
    /** Stopped by the user. */
    PAUSED("paused"),
    /** Waiting for an incoming migration. */
    INMIGRATE("inmigrate"),
    /** Stopped for the switchover. */
    FINISH_MIGRATE("finish-migrate"),
    /** Handed over: the guest lives at the destination. */
    POSTMIGRATE("postmigrate"),
    /** Incoming: loaded completely, waiting for the hand-over; never starts by itself. */
    PREPARED("prepared"),
    /** Incoming: given up irrevocably; this process will never run the guest. */
    DROPPED("dropped"),
    /** Handed over, but the answer was lost; stays stopped. */
    HANDOVER_UNKNOWN("handover-unknown"),
    /** A device could not be brought back after an abort; the guest runs the moment it is. */
    ROLLBACK_BLOCKED("rollback-blocked"),
    /** The guest crashed (triple fault or an instruction that the accelerator does not know). */
    GUEST_PANICKED("guest-panicked");

    private final String label;

    RunState(String label) {
        this.label = label;
    }

    /**
     * The name on the monitors.
     *
     * @return such as {@code running}
     */
    public String label() {
        return label;
    }

    /**
     * Whether {@code cont} lets the guest run in this state.
     *
     * @return false where a migration, a fault or the other side decides
     */
    public boolean allowsCont() {
        return switch (this) {
            case PRELAUNCH, RUNNING, PAUSED -> true;
            case INMIGRATE,
                    FINISH_MIGRATE,
                    POSTMIGRATE,
                    PREPARED,
                    DROPPED,
                    HANDOVER_UNKNOWN,
                    ROLLBACK_BLOCKED,
                    GUEST_PANICKED ->
                    false;
        };
    }
}
