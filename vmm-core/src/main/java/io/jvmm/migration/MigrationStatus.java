package io.jvmm.migration;

/** State of a migration, with the names that {@code query-migrate} gives. */
public enum MigrationStatus {
    /** No migration has been started. */
    NONE("none"),
    /** Connecting, or (incoming) waiting for a connection. */
    SETUP("setup"),
    /** RAM and other iterable state is moving while the guest runs. */
    ACTIVE("active"),
    /** The guest is stopped and the last state is moving. */
    DEVICE("device"),
    /** A cancel was accepted and is being carried out. */
    CANCELLING("cancelling"),
    /** Cancelled: the guest belongs to the source. */
    CANCELLED("cancelled"),
    /** The destination runs the guest (or holds it paused, if it was). */
    COMPLETED("completed"),
    /** Failed: the guest belongs to the source. */
    FAILED("failed"),
    /** Incoming: everything is loaded; waiting for the source to hand the guest over. */
    PREPARED("prepared"),
    /** The link was lost after the commit: who runs the guest is not known here. */
    HANDOVER_UNKNOWN("handover-unknown");

    private final String label;

    MigrationStatus(String label) {
        this.label = label;
    }

    /**
     * The name on the monitors.
     *
     * @return such as {@code active}
     */
    public String label() {
        return label;
    }

    /**
     * Whether a migration in this state still has work to do.
     *
     * @return true between the start and the outcome
     */
    public boolean isRunning() {
        return switch (this) {
            case SETUP, ACTIVE, DEVICE, CANCELLING, PREPARED -> true;
            case NONE, CANCELLED, COMPLETED, FAILED, HANDOVER_UNKNOWN -> false;
        };
    }
}
