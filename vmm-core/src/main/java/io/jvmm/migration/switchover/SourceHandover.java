package io.jvmm.migration.switchover;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The source's half of the hand-over, and the single judge of commit or abort.
 *
 * <pre>
 *   ITERATING ─STOP─► STOPPED ─READY─► COMMITTED ─STARTED─► COMPLETED
 *      │                 │                 │  ├─DROPPED─► RETURNED      (guest runs here)
 *      │                 │                 │  └─LINK_LOST─► UNKNOWN     (guest stays stopped)
 *      └─EXPIRE, CANCEL, FAIL─► EXPIRED, CANCELLED, FAILED              (guest runs here)
 * </pre>
 *
 * <p>{@link #next} is a pure function. {@link #fire} applies it with one compare-and-set; the
 * caller that moved the state carries out the action, so each action happens once. A commit is
 * never taken back: from COMMITTED on only the destination's word brings the guest back.
 *
 * <p>Any thread; no allocation.
 */
public final class SourceHandover {
    /** Where the hand-over stands at the source. */
    public enum State {
        /** The guest has not been stopped for this attempt. */
        ITERATING,
        /** The guest is stopped; nothing is decided. */
        STOPPED,
        /** The start order may have left: the guest is the destination's. */
        COMMITTED,
        /** The destination runs the guest. */
        COMPLETED,
        /** The destination gave the guest up after the commit. */
        RETURNED,
        /** The limit was exceeded before the commit. */
        EXPIRED,
        /** Cancelled by the user before the commit. */
        CANCELLED,
        /** Failed before the commit. */
        FAILED,
        /** Committed, and the answer was lost: who runs the guest is not known here. */
        UNKNOWN;

        @SuppressWarnings("ImmutableEnumChecker") // a Step is an immutable record
        private final Step stay = new Step(this, Action.NONE);

        /**
         * Whether the guest belongs to this side.
         *
         * @return false once committed, until the destination has given the guest up
         */
        public boolean guestIsHere() {
            return switch (this) {
                case ITERATING, STOPPED, RETURNED, EXPIRED, CANCELLED, FAILED -> true;
                case COMMITTED, COMPLETED, UNKNOWN -> false;
            };
        }

        /**
         * Whether the attempt has ended before a commit.
         *
         * @return true when the guest must run on here
         */
        public boolean isAborted() {
            return this == EXPIRED || this == CANCELLED || this == FAILED;
        }
    }

    /** What can happen to a hand-over at the source. */
    public enum Event {
        /** The guest is about to be stopped. */
        STOP,
        /** The destination has loaded everything, within the limit. */
        READY,
        /** The deadline passed. */
        EXPIRE,
        /** The user cancels. */
        CANCEL,
        /** An error here, or the destination's word that it failed. */
        FAIL,
        /** The destination's guest runs. */
        STARTED,
        /** The destination has given the guest up for good. */
        DROPPED,
        /** The connection is gone, or the answer did not come in time. */
        LINK_LOST
    }

    /** What the one who moved the state has to do. */
    public enum Action {
        /** Nothing. */
        NONE,
        /** Let the guest run again at the source. */
        RESUME_GUEST,
        /** Send the start order. */
        SEND_GO,
        /** The guest is the destination's; finish. */
        COMPLETE,
        /** Keep the guest stopped and say so. */
        REPORT_UNKNOWN
    }

    /**
     * One transition.
     *
     * @param state the state after it
     * @param action what to do if this transition moved the state
     */
    public record Step(State state, Action action) {}

    private static final Step STOPPED = new Step(State.STOPPED, Action.NONE);
    private static final Step COMMIT = new Step(State.COMMITTED, Action.SEND_GO);
    private static final Step COMPLETE = new Step(State.COMPLETED, Action.COMPLETE);
    private static final Step RETURN = new Step(State.RETURNED, Action.RESUME_GUEST);
    private static final Step LOSE = new Step(State.UNKNOWN, Action.REPORT_UNKNOWN);
    private static final Step[] GIVE_UP = {
        new Step(State.EXPIRED, Action.NONE),
        new Step(State.CANCELLED, Action.NONE),
        new Step(State.FAILED, Action.NONE)
    };
    private static final Step[] ABORT = {
        new Step(State.EXPIRED, Action.RESUME_GUEST),
        new Step(State.CANCELLED, Action.RESUME_GUEST),
        new Step(State.FAILED, Action.RESUME_GUEST)
    };

    private final AtomicReference<State> state = new AtomicReference<>(State.ITERATING);

    /** Creates the hand-over of one attempt, before the stop. */
    public SourceHandover() {}

    /**
     * The state now.
     *
     * @return the state
     */
    public State state() {
        return state.get();
    }

    /**
     * Applies an event.
     *
     * @param event what happened
     * @return the action that this caller has to carry out; {@code NONE} if it did not move the
     *     state
     */
    public Action fire(Event event) {
        while (true) {
            State current = state.get();
            Step step = next(current, event);
            if (step.state == current) {
                return Action.NONE;
            }
            if (state.compareAndSet(current, step.state)) {
                return step.action;
            }
        }
    }

    /**
     * The transition function.
     *
     * @param state where the hand-over stands
     * @param event what happens
     * @return where it stands then, and what to do; the same state if the event changes nothing
     */
    public static Step next(State state, Event event) {
        return switch (state) {
            case ITERATING -> event == Event.STOP ? STOPPED : aborting(state, event, GIVE_UP);
            case STOPPED -> event == Event.READY ? COMMIT : aborting(state, event, ABORT);
            case COMMITTED, UNKNOWN -> answered(state, event);
            case COMPLETED, RETURNED, EXPIRED, CANCELLED, FAILED -> state.stay;
        };
    }

    private static Step aborting(State state, Event event, Step[] steps) {
        return switch (event) {
            case EXPIRE -> steps[0];
            case CANCEL -> steps[1];
            case FAIL, DROPPED, LINK_LOST -> steps[2];
            case STOP, READY, STARTED -> state.stay;
        };
    }

    /** After the commit only the destination's own word counts. */
    private static Step answered(State state, Event event) {
        return switch (event) {
            case STARTED -> COMPLETE;
            case DROPPED -> RETURN;
            case LINK_LOST -> LOSE;
            case STOP, READY, EXPIRE, CANCEL, FAIL -> state.stay;
        };
    }
}
