package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.RunState;
import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.migration.switchover.explore.DestinationSide.Load;

/** The rules of the hand-over: those of production, unless a {@link Mutant} changes one. */
interface HandoverRules {
    /** The rules as they are. */
    HandoverRules PRODUCTION = new HandoverRules() {};

    /** {@link SourceHandover#next}. */
    default SourceHandover.Step source(
            SourceHandover.State state, SourceHandover.Event event, boolean attemptsLeft) {
        return SourceHandover.next(state, event, attemptsLeft);
    }

    /** {@link DestinationHandover#next}. */
    default DestinationHandover.Step destination(
            DestinationHandover.State state,
            DestinationHandover.Event event,
            boolean mayBeRetried) {
        return DestinationHandover.next(state, event, mayBeRetried);
    }

    /** Whether the source hears an event about an attempt. */
    default boolean sourceHears(int attempt, int underWay) {
        return HandoverAttempt.concerns(attempt, underWay);
    }

    /** {@link DestinationHandover#isHeard}. */
    default boolean destinationHears(
            DestinationHandover.State state,
            DestinationHandover.Event event,
            int attempt,
            int underWay) {
        return DestinationHandover.isHeard(state, event, attempt, underWay);
    }

    /** Whether the source waits for READY before it commits. */
    default boolean sourceAwaitsReady() {
        return true;
    }

    /** Whether a destination that has got so far counts as loaded. */
    default boolean isLoaded(Load load) {
        return load == Load.DEVICES;
    }

    /** Whether the source says DONE while it does not know the outcome. */
    default boolean saysDoneEarly() {
        return false;
    }

    /** What a process answers that does not know the session. */
    default Word strangersAnswer() {
        return Word.NO_SUCH_SESSION;
    }

    /** {@link RunState#allowsCont}. */
    default boolean allowsCont(RunState state) {
        return state.allowsCont();
    }

    /** Whether {@code peer-is-dead} is said although the peer lives. */
    default boolean operatorsLie() {
        return false;
    }
}
