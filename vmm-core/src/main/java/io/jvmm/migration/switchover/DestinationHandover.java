package io.jvmm.migration.switchover;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The destination's half of the hand-over.
 *
 * <pre>
 *   LOADING ─LOADED─► PREPARED ─GO─► STARTING ─STARTED─► RUNNING
 *      │                 │               └─START_FAILED─► DROPPED
 *      │                 └─ABORT, DROP─► DROPPED
 *      └─EXPIRE, FAIL, LINK_LOST, ABORT, DROP─► DROPPED
 * </pre>
 *
 * <p>A prepared destination starts on GO and on nothing else: not on a timeout, not on a lost link.
 * DROPPED is for ever. A source that does not know the protocol gives its order with the end of its
 * stream: the caller then fires GO right after LOADED.
 *
 * <p>Any thread; no allocation.
 */
public final class DestinationHandover {
    /** Where the hand-over stands at the destination. */
    public enum State {
        /** State is being loaded. */
        LOADING,
        /** Everything is loaded and READY was, or is about to be, said. */
        PREPARED,
        /** GO was obeyed; no device runs and no vCPU was entered yet. */
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
        /** The whole stream is loaded. */
        LOADED,
        /** The source's start order. */
        GO,
        /** The source's word that the attempt is over. */
        ABORT,
        /** The deadline passed. */
        EXPIRE,
        /** An error here. */
        FAIL,
        /** The connection is gone. */
        LINK_LOST,
        /** This process ends, or the operator drops the guest. */
        DROP,
        /** The guest runs (or is held paused, as it was). */
        STARTED,
        /** The start failed before any vCPU was entered. */
        START_FAILED
    }

    /** What the one who moved the state has to do. */
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
        SEND_DROPPED
    }

    /**
     * One transition.
     *
     * @param state the state after it
     * @param action what to do if this transition moved the state
     */
    public record Step(State state, Action action) {}

    private static final Step PREPARE = new Step(State.PREPARED, Action.SEND_READY);
    private static final Step START = new Step(State.STARTING, Action.START_GUEST);
    private static final Step RUN = new Step(State.RUNNING, Action.SEND_STARTED);
    private static final Step DROP = new Step(State.DROPPED, Action.SEND_DROPPED);

    private final AtomicReference<State> state = new AtomicReference<>(State.LOADING);

    /** Creates the hand-over of one incoming migration. */
    public DestinationHandover() {}

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
            case LOADING -> loading(event);
            case PREPARED -> prepared(event);
            case STARTING -> starting(event);
            case RUNNING, DROPPED -> state.stay;
        };
    }

    /** A GO before READY breaks the protocol: whoever sent it, it is not obeyed. */
    private static Step loading(Event event) {
        return switch (event) {
            case LOADED -> PREPARE;
            case ABORT, EXPIRE, FAIL, LINK_LOST, DROP, GO -> DROP;
            case STARTED, START_FAILED -> State.LOADING.stay;
        };
    }

    private static Step prepared(Event event) {
        return switch (event) {
            case GO -> START;
            case ABORT, DROP -> DROP;
            case LOADED, EXPIRE, FAIL, LINK_LOST, STARTED, START_FAILED -> State.PREPARED.stay;
        };
    }

    private static Step starting(Event event) {
        return switch (event) {
            case STARTED -> RUN;
            case START_FAILED -> DROP;
            case LOADED, GO, ABORT, EXPIRE, FAIL, LINK_LOST, DROP -> State.STARTING.stay;
        };
    }
}
