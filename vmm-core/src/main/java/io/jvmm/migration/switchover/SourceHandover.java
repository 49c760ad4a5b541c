package io.jvmm.migration.switchover;

/**
 * The source's half of the hand-over, and the single judge of commit or abort.
 *
 * <pre>
 *                 ┌────────ROLLED_BACK (attempt + 1)───────┐
 *                 ▼                                        │
 *   ITERATING ─STOP─► STOPPED ─EXPIRE, attempts left─► ROLLING_BACK     (guest runs here)
 *      │                 ├─READY─► COMMITTED ─STARTED─► COMPLETED
 *      │                 │            ├─DROPPED─► RETURNED              (guest runs here)
 *      │                 │            └─LINK_LOST─► UNKNOWN             (guest stays stopped)
 *      └─────────────────┴─EXPIRE, CANCEL, FAIL─► EXPIRED, CANCELLED, FAILED  (guest runs here)
 *
 *   UNKNOWN ─STARTED─► COMPLETED   ─DROPPED─► RETURNED   ─READY─► says GO again
 *           ─RESUME─► RESUMED (the operator's word that the destination is dead)   ─GIVE_UP─► GIVEN_UP
 * </pre>
 *
 * <p>{@link #next} is a pure function. {@link #fire} applies it with one compare-and-set; the
 * caller that moved the state carries out the action, so each action happens once. A commit is
 * never taken back: from COMMITTED on only the destination's word, or the operator's, brings the
 * guest back.
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
        /** The attempt was aborted for its limit, and the destination is asked to forget it. */
        ROLLING_BACK,
        /** The start order may have left: the guest is the destination's. */
        COMMITTED,
        /** Committed, and the answer was lost: who runs the guest is not known here. */
        UNKNOWN,
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
        /** The operator said that the destination is dead: the guest runs here. */
        RESUMED,
        /** The operator left the guest to the destination, whatever became of it there. */
        GIVEN_UP;

        @SuppressWarnings("ImmutableEnumChecker") // a Step is an immutable record
        private final Step stay = new Step(this, Action.NONE);

        /**
         * Whether the guest belongs to this side.
         *
         * @return false once committed, until the destination has given the guest up
         */
        public boolean guestIsHere() {
            return switch (this) {
                case ITERATING,
                        STOPPED,
                        ROLLING_BACK,
                        RETURNED,
                        EXPIRED,
                        CANCELLED,
                        FAILED,
                        RESUMED ->
                        true;
                case COMMITTED, COMPLETED, UNKNOWN, GIVEN_UP -> false;
            };
        }

        /**
         * Whether the migration has ended before a commit.
         *
         * @return true when the guest must run on here, and no further attempt follows
         */
        public boolean isAborted() {
            return this == EXPIRED || this == CANCELLED || this == FAILED;
        }
    }

    /** What can happen to a hand-over at the source. */
    public enum Event {
        /** The guest is about to be stopped. */
        STOP,
        /** The destination has loaded everything, or says again that it is prepared. */
        READY,
        /** The deadline passed, here or at a destination that can still forget the attempt. */
        EXPIRE,
        /** The user cancels. */
        CANCEL,
        /** An error here, or the destination's word that it failed. */
        FAIL,
        /** The destination's guest runs. */
        STARTED,
        /** The destination has given the guest up for good. */
        DROPPED,
        /** The same, for its limit. */
        DROPPED_EXPIRED,
        /** The destination has forgotten the aborted attempt, and kept the RAM. */
        ROLLED_BACK,
        /** The connection is gone, or the answer did not come in time. */
        LINK_LOST,
        /** The one who answers at the destination's address does not know the session. */
        NO_SUCH_SESSION,
        /** The operator lets the guest run here: the destination is dead. */
        RESUME,
        /** The operator gives the guest up at this side. */
        GIVE_UP
    }

    /** What the one who moved the state has to do. */
    public enum Action {
        /** Nothing. */
        NONE,
        /**
         * Let the guest run again at the source; an aborted attempt's destination is told ABORT.
         */
        RESUME_GUEST,
        /** Send the start order. */
        SEND_GO,
        /** The guest is the destination's; finish. */
        COMPLETE,
        /** Keep the guest stopped, say so, and ask the destination over a new connection. */
        REPORT_UNKNOWN,
        /** Go on iterating over the same connection. */
        ITERATE,
        /** The guest is not this side's any more; finish. */
        GIVE_UP
    }

    /**
     * One transition.
     *
     * @param state the state after it
     * @param action what to do
     * @param nextAttempt whether the attempt's number grows by one
     */
    public record Step(State state, Action action, boolean nextAttempt) {
        Step(State state, Action action) {
            this(state, action, false);
        }

        /**
         * Whether the event meant nothing in that state.
         *
         * @param before the state before it
         * @return true if nothing moved and nothing is to be done
         */
        public boolean changesNothing(State before) {
            return state == before && action == Action.NONE;
        }
    }

    private static final Step STOPPED = new Step(State.STOPPED, Action.NONE);
    private static final Step COMMIT = new Step(State.COMMITTED, Action.SEND_GO);
    private static final Step COMPLETE = new Step(State.COMPLETED, Action.COMPLETE);
    private static final Step RETURN = new Step(State.RETURNED, Action.RESUME_GUEST);
    private static final Step LOSE = new Step(State.UNKNOWN, Action.REPORT_UNKNOWN);
    private static final Step SAY_GO_AGAIN = new Step(State.UNKNOWN, Action.SEND_GO);
    private static final Step RESUME = new Step(State.RESUMED, Action.RESUME_GUEST);
    private static final Step GIVE_UP = new Step(State.GIVEN_UP, Action.GIVE_UP);
    private static final Step ROLL_BACK = new Step(State.ROLLING_BACK, Action.RESUME_GUEST);
    private static final Step NEXT_ATTEMPT = new Step(State.ITERATING, Action.ITERATE, true);
    private static final Step EXPIRED = new Step(State.EXPIRED, Action.NONE);
    private static final Step CANCELLED = new Step(State.CANCELLED, Action.NONE);
    private static final Step FAILED = new Step(State.FAILED, Action.NONE);
    private static final Step EXPIRED_STOPPED = new Step(State.EXPIRED, Action.RESUME_GUEST);
    private static final Step CANCELLED_STOPPED = new Step(State.CANCELLED, Action.RESUME_GUEST);
    private static final Step FAILED_STOPPED = new Step(State.FAILED, Action.RESUME_GUEST);

    private final AttemptCell<State> cell = new AttemptCell<>(State.values(), State.ITERATING);
    private volatile int lastAttempt;

    /**
     * Creates the hand-over of one migration, before its first stop.
     *
     * @param attempts how many switchovers may be tried, at least 1; 0 = no bound
     */
    public SourceHandover(int attempts) {
        lastAttempt = attempts == 0 ? Integer.MAX_VALUE : attempts;
    }

    /**
     * Whether another attempt may follow the one under way.
     *
     * @return false in the last
     */
    public boolean attemptsLeft() {
        return attempt() < lastAttempt;
    }

    /** The destination cannot forget an attempt: the one under way is the last. */
    public void lastAttempt() {
        lastAttempt = attempt();
    }

    /**
     * The state now.
     *
     * @return the state
     */
    public State state() {
        return cell.stateOf(cell.get());
    }

    /**
     * The attempt that is under way, or the last one.
     *
     * @return counted from {@link HandoverAttempt#FIRST}
     */
    public int attempt() {
        return AttemptCell.attemptOf(cell.get());
    }

    /**
     * Applies an event about the attempt that is under way.
     *
     * @param event what happened
     * @return the action that this caller has to carry out
     */
    public Action fire(Event event) {
        return fire(event, HandoverAttempt.CURRENT);
    }

    /**
     * Applies an event, unless it is about another attempt.
     *
     * @param event what happened
     * @param attempt which attempt it is about, or {@link HandoverAttempt#CURRENT}
     * @return the action that this caller has to carry out; {@code NONE} if the event changes
     *     nothing
     */
    public Action fire(Event event, int attempt) {
        while (true) {
            long now = cell.get();
            State state = cell.stateOf(now);
            int current = AttemptCell.attemptOf(now);
            if (!HandoverAttempt.concerns(attempt, current)) {
                return Action.NONE;
            }
            Step step = next(state, event, current < lastAttempt);
            if (step.changesNothing(state)) {
                return Action.NONE;
            }
            if (cell.move(now, step.state, step.nextAttempt ? current + 1 : current)) {
                return step.action;
            }
        }
    }

    /**
     * The transition function. The event is about the attempt that is under way.
     *
     * @param state where the hand-over stands
     * @param event what happens
     * @param attemptsLeft whether another attempt may follow this one
     * @return where it stands then, and what to do; the same state and nothing to do if the event
     *     changes nothing
     */
    public static Step next(State state, Event event, boolean attemptsLeft) {
        return switch (state) {
            case ITERATING -> iterating(event);
            case STOPPED -> stopped(event, attemptsLeft);
            case ROLLING_BACK -> rollingBack(event);
            case COMMITTED -> committed(event);
            case UNKNOWN -> unknown(event);
            case COMPLETED, RETURNED, EXPIRED, CANCELLED, FAILED, RESUMED, GIVEN_UP -> state.stay;
        };
    }

    private static Step iterating(Event event) {
        return switch (event) {
            case STOP -> STOPPED;
            case DROPPED_EXPIRED -> EXPIRED;
            case CANCEL -> CANCELLED;
            case FAIL, DROPPED, LINK_LOST -> FAILED;
            case READY, EXPIRE, STARTED, ROLLED_BACK, NO_SUCH_SESSION, RESUME, GIVE_UP ->
                    State.ITERATING.stay;
        };
    }

    private static Step stopped(Event event, boolean attemptsLeft) {
        return switch (event) {
            case READY -> COMMIT;
            case EXPIRE -> attemptsLeft ? ROLL_BACK : EXPIRED_STOPPED;
            case DROPPED_EXPIRED -> EXPIRED_STOPPED;
            case CANCEL -> CANCELLED_STOPPED;
            case FAIL, DROPPED, LINK_LOST -> FAILED_STOPPED;
            case STOP, STARTED, ROLLED_BACK, NO_SUCH_SESSION, RESUME, GIVE_UP -> State.STOPPED.stay;
        };
    }

    /** The guest runs here already; without the destination's word there is no further attempt. */
    private static Step rollingBack(Event event) {
        return switch (event) {
            case ROLLED_BACK -> NEXT_ATTEMPT;
            case DROPPED, DROPPED_EXPIRED, LINK_LOST -> EXPIRED;
            case CANCEL -> CANCELLED;
            case FAIL -> FAILED;
            case STOP, READY, EXPIRE, STARTED, NO_SUCH_SESSION, RESUME, GIVE_UP ->
                    State.ROLLING_BACK.stay;
        };
    }

    /** After the commit only the destination's own word counts. */
    private static Step committed(Event event) {
        return switch (event) {
            case STARTED -> COMPLETE;
            case DROPPED, DROPPED_EXPIRED -> RETURN;
            case LINK_LOST -> LOSE;
            case STOP, READY, EXPIRE, CANCEL, FAIL, ROLLED_BACK, NO_SUCH_SESSION, RESUME, GIVE_UP ->
                    State.COMMITTED.stay;
        };
    }

    /** An earlier process may have run the guest: that nobody knows the session says nothing. */
    private static Step unknown(Event event) {
        return switch (event) {
            case STARTED -> COMPLETE;
            case DROPPED, DROPPED_EXPIRED -> RETURN;
            case READY -> SAY_GO_AGAIN;
            case RESUME -> RESUME;
            case GIVE_UP -> GIVE_UP;
            case STOP, EXPIRE, CANCEL, FAIL, ROLLED_BACK, LINK_LOST, NO_SUCH_SESSION ->
                    State.UNKNOWN.stay;
        };
    }
}
