package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.RunState;

/** What a person sees of the destination. */
enum DestinationStanding {
    LOADING("loads, or waits for ABORT"),
    STARTING("starts"),
    PREPARED("waits for GO"),
    RUNNING("was started"),
    DROPPED("gave the guest up"),
    GONE("crashed, restarted or not");

    private final String label;

    DestinationStanding(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** What {@code query-status} says; empty where nobody who knows the guest answers. */
    String runState() {
        return switch (this) {
            case LOADING -> RunState.INMIGRATE.label();
            case STARTING, PREPARED -> RunState.PREPARED.label();
            case RUNNING -> RunState.RUNNING.label();
            case DROPPED -> RunState.DROPPED.label();
            case GONE -> "";
        };
    }

    static DestinationStanding of(DestinationSide destination) {
        if (!destination.isAlive()) {
            return GONE;
        }
        return switch (destination.state()) {
            case LOADING, EXPIRED -> LOADING;
            case STARTING -> STARTING;
            case PREPARED -> PREPARED;
            case RUNNING -> RUNNING;
            case DROPPED -> DROPPED;
        };
    }
}
