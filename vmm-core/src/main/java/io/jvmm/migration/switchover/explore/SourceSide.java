package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.RunState;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.migration.switchover.SourceHandover.Step;

/**
 * The source's process.
 *
 * @param isCrashed whether it is gone, and its guest with it
 * @param state where its hand-over stands
 * @param attempt the attempt that is under way
 * @param hasEnded whether the stream of this attempt was sent whole
 * @param ready the attempt of a READY that was heard and not yet acted upon; 0 = none
 * @param runs whether its vCPUs may run
 */
record SourceSide(
        boolean isCrashed, State state, int attempt, boolean hasEnded, int ready, boolean runs) {
    static final SourceSide START =
            new SourceSide(false, State.ITERATING, HandoverAttempt.FIRST, false, 0, true);
    static final SourceSide CRASHED =
            new SourceSide(true, State.ITERATING, HandoverAttempt.FIRST, false, 0, false);

    /** After a transition; what only the last state needed is forgotten. */
    SourceSide moved(Step step, boolean guestRuns) {
        boolean keepsReady =
                switch (step.state()) {
                    case ITERATING, STOPPED, ROLLING_BACK -> true;
                    default -> false;
                };
        return new SourceSide(
                false,
                step.state(),
                step.nextAttempt() ? attempt + 1 : attempt,
                false,
                keepsReady ? ready : 0,
                guestRuns);
    }

    SourceSide ended() {
        return new SourceSide(false, state, attempt, true, ready, runs);
    }

    SourceSide heardReady(int about) {
        return new SourceSide(false, state, attempt, hasEnded, about, runs);
    }

    SourceSide running() {
        return new SourceSide(false, state, attempt, hasEnded, ready, true);
    }

    /** Whether the guest can never run here again: its peer may then say that it is dead. */
    boolean isOutOfIt() {
        return isCrashed || state == State.GIVEN_UP;
    }

    /** Whether there is nothing left to wait for. */
    boolean isDone() {
        return switch (state) {
            case COMPLETED, RETURNED, EXPIRED, CANCELLED, FAILED, RESUMED, GIVEN_UP -> true;
            case ITERATING, STOPPED, ROLLING_BACK, COMMITTED, UNKNOWN -> false;
        };
    }

    /** What {@code query-status} says. */
    RunState runState() {
        return switch (state) {
            case ITERATING, ROLLING_BACK, RETURNED, EXPIRED, CANCELLED, FAILED, RESUMED ->
                    RunState.RUNNING;
            case STOPPED, COMMITTED -> RunState.FINISH_MIGRATE;
            case UNKNOWN -> RunState.HANDOVER_UNKNOWN;
            case COMPLETED, GIVEN_UP -> RunState.POSTMIGRATE;
        };
    }

    @Override
    public String toString() {
        return isCrashed ? "crashed" : state + "(" + attempt + ")" + (runs ? " runs" : "");
    }

    /** What a person sees of the source. */
    enum Standing {
        UNDER_WAY("under way"),
        ABORTED("aborted: expired, cancelled, failed"),
        RETURNED("the destination gave the guest back"),
        UNKNOWN("committed, the answer was lost"),
        RESUMED("the operator said `resume`"),
        GIVEN_UP("the operator said `give-up`"),
        COMPLETED("completed"),
        CRASHED("crashed, restarted or not");

        private final String label;

        Standing(String label) {
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

        static Standing of(SourceSide source) {
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
}
