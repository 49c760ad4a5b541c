package io.jvmm.migration.switchover;

/**
 * The destination's half of the hand-over.
 *
 * <pre>
 *      ┌─────────────ABORT, it may be retried (attempt + 1)──────────┐
 *      ▼                                                             │
 *   LOADING ─LOADED─► PREPARED ─GO─► STARTING ─STARTED─► RUNNING     │
 *      │                 │  │          └─START_FAILED─► DROPPED      │
 *      │                 │  └────────────────────────────────────────┤
 *      │                 └─ABORT, DROP─► DROPPED                     │
 *      ├─EXPIRE, it may be retried─► EXPIRED ────────────────────────┘
 *      └─EXPIRE, FAIL, LINK_LOST, ABORT, DROP─► DROPPED
 * </pre>
 *
 * <p>A prepared destination starts on GO, or on the operator's word that the source is dead, and on
 * nothing else: not on a timeout, not on a lost link. DROPPED is for ever. A source that does not
 * know the protocol gives its order with the end of its stream: the caller then fires GO right
 * after LOADED.
 *
 * <p>Any thread; no allocation.
 */
public final class DestinationHandover {
    /** Where the hand-over stands at the destination. */
    public enum State {
        /** State is being loaded. */
        LOADING,
        /**
         * The limit was exceeded here: what comes is read and forgotten until the source's ABORT.
         */
        EXPIRED,
        /** Everything is loaded and READY was, or is about to be, said. */
        PREPARED,
        /** The order to start was obeyed; no device runs and no vCPU was entered yet. */
        STARTING,
        /** The guest is this side's. */
        RUNNING,
        /** Given up irrevocably. */
        DROPPED;

        @SuppressWarnings("ImmutableEnumChecker") // a Step is an immutable record
        private final Step stay = new Step(this, Action.NONE);
    }

    /** What can happen to a hand-over at the destination. */
    public enum Event {
        /** The whole stream is loaded, and every device has taken its state. */
        LOADED,
        /** The source's start order. */
        GO,
        /** The source's word, over the migration's own connection, that the attempt is over. */
        ABORT,
        /** The same over a new connection: nothing more will come. */
        ABORT_FOR_GOOD,
        /** The source asks how the hand-over stands. */
        QUERY,
        /** The deadline passed. */
        EXPIRE,
        /** An error here. */
        FAIL,
        /** The migration's own connection is gone. */
        LINK_LOST,
        /** This process ends, or the operator drops the guest. */
        DROP,
        /** The operator starts the guest: the source is dead. */
        RUN,
        /** The guest runs (or is held paused, as it was). */
        STARTED,
        /** The start failed before any vCPU was entered. */
        START_FAILED
    }

    /** What the one who moved the state, or asked, has to do. */
    public enum Action {
        /** Nothing. */
        NONE,
        /** Tell the source that everything is loaded. */
        SEND_READY,
        /** Start the guest. */
        START_GUEST,
        /** Tell the source that the guest runs here. */
        SEND_STARTED,
        /** Tell the source that this side has given up. */
        SEND_DROPPED,
        /** Tell the source that the limit was exceeded here, and that ABORT is awaited. */
        SEND_EXPIRED,
        /** Forget the attempt but for the RAM, then tell the source. */
        SEND_ROLLED_BACK
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

    private static final Step PREPARE = new Step(State.PREPARED, Action.SEND_READY);
    private static final Step EXPIRE = new Step(State.EXPIRED, Action.SEND_EXPIRED);
    private static final Step ROLL_BACK = new Step(State.LOADING, Action.SEND_ROLLED_BACK, true);
    private static final Step START = new Step(State.STARTING, Action.START_GUEST);
    private static final Step RUN = new Step(State.RUNNING, Action.SEND_STARTED);
    private static final Step DROP = new Step(State.DROPPED, Action.SEND_DROPPED);

    private final AttemptCell<State> cell = new AttemptCell<>(State.values(), State.LOADING);
    private volatile boolean mayBeRetried;

    /** Creates the hand-over of one incoming migration, which is not retried. */
    public DestinationHandover() {}

    /** The source may try again: an aborted attempt keeps the RAM. */
    public void allowRetries() {
        mayBeRetried = true;
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
     * Applies an event, unless it is about another attempt: {@link #isHeard}.
     *
     * @param event what happened
     * @param attempt which attempt it is about, or {@link HandoverAttempt#CURRENT}
     * @return the action that this caller has to carry out; {@code NONE} if the event changes
     *     nothing and asks for nothing
     */
    public Action fire(Event event, int attempt) {
        while (true) {
            long now = cell.get();
            State state = cell.stateOf(now);
            int current = AttemptCell.attemptOf(now);
            if (!isHeard(state, event, attempt, current)) {
                return Action.NONE;
            }
            Step step = next(state, event, mayBeRetried);
            if (step.changesNothing(state)) {
                return Action.NONE;
            }
            if (cell.move(now, step.state, step.nextAttempt ? current + 1 : current)) {
                return step.action;
            }
        }
    }

    /**
     * Whether an event is heard: it is about the attempt under way, or about all of them.
     *
     * <p>ABORT_FOR_GOOD is a source's last word. Its number may be one behind: the source did not
     * hear that its aborted attempt was forgotten here.
     *
     * @param state where the hand-over stands
     * @param event what happens
     * @param attempt what the event bears, or {@link HandoverAttempt#CURRENT}
     * @param underWay the attempt that is under way
     * @return false if the event changes nothing and is not answered
     */
    public static boolean isHeard(State state, Event event, int attempt, int underWay) {
        return state == State.DROPPED
                || event == Event.ABORT_FOR_GOOD
                || HandoverAttempt.concerns(attempt, underWay);
    }

    /**
     * The transition function. The event is about the attempt that is under way.
     *
     * @param state where the hand-over stands
     * @param event what happens
     * @param mayBeRetried whether the source may try again after an abort
     * @return where it stands then, and what to do; the same state and nothing to do if the event
     *     changes nothing
     */
    public static Step next(State state, Event event, boolean mayBeRetried) {
        return switch (state) {
            case LOADING -> loading(event, mayBeRetried);
            case EXPIRED -> expired(event);
            case PREPARED -> prepared(event, mayBeRetried);
            case STARTING -> starting(event);
            case RUNNING -> running(event);
            case DROPPED -> dropped(event);
        };
    }

    /** A GO before READY breaks the protocol: whoever sent it, it is not obeyed. */
    private static Step loading(Event event, boolean mayBeRetried) {
        return switch (event) {
            case LOADED -> PREPARE;
            case EXPIRE -> mayBeRetried ? EXPIRE : DROP;
            case ABORT -> mayBeRetried ? ROLL_BACK : DROP;
            case ABORT_FOR_GOOD, FAIL, LINK_LOST, DROP, GO -> DROP;
            case QUERY, RUN, STARTED, START_FAILED -> State.LOADING.stay;
        };
    }

    private static Step expired(Event event) {
        return switch (event) {
            case ABORT -> ROLL_BACK;
            case ABORT_FOR_GOOD, FAIL, LINK_LOST, DROP, GO -> DROP;
            case LOADED, EXPIRE, QUERY, RUN, STARTED, START_FAILED -> State.EXPIRED.stay;
        };
    }

    private static Step prepared(Event event, boolean mayBeRetried) {
        return switch (event) {
            case GO, RUN -> START;
            case QUERY -> PREPARE;
            case ABORT -> mayBeRetried ? ROLL_BACK : DROP;
            case ABORT_FOR_GOOD, DROP -> DROP;
            case LOADED, EXPIRE, FAIL, LINK_LOST, STARTED, START_FAILED -> State.PREPARED.stay;
        };
    }

    private static Step starting(Event event) {
        return switch (event) {
            case STARTED -> RUN;
            case START_FAILED -> DROP;
            case LOADED, GO, ABORT, ABORT_FOR_GOOD, QUERY, EXPIRE, FAIL, LINK_LOST, DROP, RUN ->
                    State.STARTING.stay;
        };
    }

    /** The order may come again over a new connection: so does the answer. */
    private static Step running(Event event) {
        return switch (event) {
            case GO, QUERY -> RUN;
            case LOADED,
                    ABORT,
                    ABORT_FOR_GOOD,
                    EXPIRE,
                    FAIL,
                    LINK_LOST,
                    DROP,
                    RUN,
                    STARTED,
                    START_FAILED ->
                    State.RUNNING.stay;
        };
    }

    private static Step dropped(Event event) {
        return switch (event) {
            case GO, ABORT, ABORT_FOR_GOOD, QUERY -> DROP;
            case LOADED, EXPIRE, FAIL, LINK_LOST, DROP, RUN, STARTED, START_FAILED ->
                    State.DROPPED.stay;
        };
    }
}
