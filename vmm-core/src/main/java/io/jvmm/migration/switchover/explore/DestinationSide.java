package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.RunState;
import io.jvmm.migration.switchover.DestinationHandover.State;
import io.jvmm.migration.switchover.DestinationHandover.Step;
import io.jvmm.migration.switchover.HandoverAttempt;

/**
 * The destination's process.
 *
 * @param presence whether it is the one that took the guest's state
 * @param state where its hand-over stands
 * @param attempt the attempt that is under way
 * @param load how much of this attempt's state is in place
 * @param runs whether its vCPUs may run
 * @param hasRun whether the guest has run here, in this process or the one before
 * @param isListening whether a new connection is accepted
 */
record DestinationSide(
        Presence presence,
        State state,
        int attempt,
        Load load,
        boolean runs,
        boolean hasRun,
        boolean isListening) {
    /** The process at the destination's address. */
    enum Presence {
        ALIVE,
        CRASHED,
        /** Another one in its place: it does not know the session. */
        RESTARTED
    }

    /** How much of an attempt's state is in place. */
    enum Load {
        NOTHING,
        /** The stream was read whole; devices are in RESUMING. */
        STREAM,
        /** Every device has taken its state and left RESUMING. */
        DEVICES
    }

    static final DestinationSide START =
            new DestinationSide(
                    Presence.ALIVE,
                    State.LOADING,
                    HandoverAttempt.FIRST,
                    Load.NOTHING,
                    false,
                    false,
                    true);

    boolean isAlive() {
        return presence == Presence.ALIVE;
    }

    DestinationSide moved(Step step, boolean guestRuns) {
        Load kept =
                switch (step.state()) {
                    case LOADING, EXPIRED, DROPPED -> Load.NOTHING;
                    case PREPARED, STARTING, RUNNING -> load;
                };
        return new DestinationSide(
                presence,
                step.state(),
                step.nextAttempt() ? attempt + 1 : attempt,
                kept,
                guestRuns,
                hasRun || step.state() == State.RUNNING,
                isListening);
    }

    DestinationSide loaded(Load now) {
        return new DestinationSide(presence, state, attempt, now, runs, hasRun, isListening);
    }

    DestinationSide running() {
        return new DestinationSide(presence, state, attempt, load, true, true, isListening);
    }

    DestinationSide deaf() {
        return new DestinationSide(presence, state, attempt, load, runs, hasRun, false);
    }

    DestinationSide gone(Presence now) {
        return new DestinationSide(
                now,
                State.LOADING,
                HandoverAttempt.FIRST,
                Load.NOTHING,
                false,
                hasRun,
                now == Presence.RESTARTED);
    }

    /** Whether the guest can never run here again: its peer may then say that it is dead. */
    boolean isOutOfIt() {
        return !isAlive() || state == State.DROPPED;
    }

    /** What {@code query-status} says. */
    RunState runState() {
        return switch (state) {
            case LOADING, EXPIRED -> RunState.INMIGRATE;
            case PREPARED, STARTING -> RunState.PREPARED;
            case RUNNING -> RunState.RUNNING;
            case DROPPED -> RunState.DROPPED;
        };
    }

    @Override
    public String toString() {
        return switch (presence) {
            case ALIVE -> state + "(" + attempt + ")" + (runs ? " runs" : "");
            case CRASHED -> "crashed";
            case RESTARTED -> "restarted";
        };
    }

    /** What a person sees of the destination. */
    enum Standing {
        LOADING("loads, or waits for ABORT"),
        STARTING("starts"),
        PREPARED("waits for GO"),
        RUNNING("was started"),
        DROPPED("gave the guest up"),
        GONE("crashed, restarted or not");

        private final String label;

        Standing(String label) {
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

        static Standing of(DestinationSide destination) {
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
}
