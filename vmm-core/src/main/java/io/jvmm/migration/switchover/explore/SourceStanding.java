package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.RunState;

/** What a person sees of the source. */
enum SourceStanding {
    UNDER_WAY("under way"),
    ABORTED("aborted: expired, cancelled, failed"),
    RETURNED("the destination gave the guest back"),
    UNKNOWN("committed, the answer was lost"),
    RESUMED("the operator said `resume`"),
    GIVEN_UP("the operator said `give-up`"),
    COMPLETED("completed"),
    CRASHED("crashed, restarted or not");

    private final String label;

    SourceStanding(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** What {@code query-status} says; empty where nobody, or nothing fixed, answers. */
    String runState() {
        return switch (this) {
            case UNDER_WAY, CRASHED -> "";
            case ABORTED, RETURNED, RESUMED -> RunState.RUNNING.label();
            case UNKNOWN -> RunState.HANDOVER_UNKNOWN.label();
            case GIVEN_UP, COMPLETED -> RunState.POSTMIGRATE.label();
        };
    }

    static SourceStanding of(SourceSide source) {
        if (source.isCrashed()) {
            return CRASHED;
        }
        return switch (source.state()) {
            case ITERATING, STOPPED, ROLLING_BACK, COMMITTED -> UNDER_WAY;
            case EXPIRED, CANCELLED, FAILED -> ABORTED;
            case RETURNED -> RETURNED;
            case UNKNOWN -> UNKNOWN;
            case RESUMED -> RESUMED;
            case GIVEN_UP -> GIVEN_UP;
            case COMPLETED -> COMPLETED;
        };
    }
}
