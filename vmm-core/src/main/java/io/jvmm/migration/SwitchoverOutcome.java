package io.jvmm.migration;

import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.SourceHandover;

/** How an attempt to switch over ended. */
public enum SwitchoverOutcome {
    /** The guest is the destination's. */
    COMPLETED("completed"),
    /** The limit was exceeded before the commit; the guest is the source's. */
    EXPIRED("expired"),
    /** Cancelled by the user before the commit; the guest is the source's. */
    CANCELLED("cancelled"),
    /** Failed before the commit; the guest is the source's. */
    FAILED("failed"),
    /**
     * At the destination: given up for another reason than its own limit, such as the source's
     * abort.
     */
    DROPPED("dropped"),
    /** The destination gave the guest up after the commit; it is the source's. */
    RETURNED("returned"),
    /** Committed, or prepared, and the link is lost: whose the guest is is not known here. */
    UNKNOWN("unknown");

    private final String label;

    SwitchoverOutcome(String label) {
        this.label = label;
    }

    /**
     * The outcome's name on the monitors.
     *
     * @return such as {@code completed}
     */
    public String label() {
        return label;
    }

    /** The outcome at the source, of the attempt that is over. */
    static SwitchoverOutcome of(SourceHandover.State state) {
        return switch (state) {
            case COMPLETED -> COMPLETED;
            case EXPIRED, ROLLING_BACK, ITERATING -> EXPIRED;
            case CANCELLED -> CANCELLED;
            case FAILED -> FAILED;
            case RETURNED -> RETURNED;
            case STOPPED, COMMITTED, UNKNOWN, RESUMED, GIVEN_UP -> UNKNOWN;
        };
    }

    /** The outcome at the destination, of the attempt that is over. */
    static SwitchoverOutcome of(DestinationHandover.State state, boolean expired) {
        return switch (state) {
            case RUNNING -> COMPLETED;
            // Another attempt follows.
            case EXPIRED, LOADING -> EXPIRED;
            case DROPPED -> expired ? EXPIRED : DROPPED;
            case PREPARED, STARTING -> UNKNOWN;
        };
    }
}
