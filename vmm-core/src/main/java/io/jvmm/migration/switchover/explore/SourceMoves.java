package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.SourceHandover.Action;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.migration.switchover.SourceHandover.Step;
import io.jvmm.migration.switchover.explore.Word.Message;

/** What the source does: {@link Event}s from where they come, {@link Action}s carried out. */
final class SourceMoves {
    /** What an operator says there. */
    static final String RESUME = "source: resume peer-is-dead=true";

    /** How a source comes to an answer. */
    static final String ASK = "source: connects anew and says QUERY";

    static final String ASK_AGAIN = "source: says QUERY again";

    static final String OFFER_ABORT = "source: connects anew and says ABORT";

    private final HandoverRules rules;
    private final int attempts;

    SourceMoves(HandoverRules rules, int attempts) {
        this.rules = rules;
        this.attempts = attempts;
    }

    /** The source's own steps and its timeouts. */
    void steps(World world, Moves.Visitor visitor) {
        SourceSide source = world.source();
        if (source.isCrashed()) {
            return;
        }
        if (source.state() == State.STOPPED) {
            if (!source.hasEnded()) {
                visitor.move(Moves.Kind.STEP, "source: sends the end of its stream", end(world));
            } else if (source.ready() != 0) {
                Message ready = Word.READY.about(source.ready());
                World acted = world.with(source.heardReady(0));
                World next = fire(acted, Event.READY, ready.attempt());
                visitor.move(Moves.Kind.STEP, "source: acts upon " + ready, next);
            }
        }
        if (world.isConnected()) {
            show(world, Event.STOP, Moves.Kind.STEP, "source: stops the guest", visitor);
        }
        show(world, Event.EXPIRE, Moves.Kind.TIMEOUT, "source: the deadline passes", visitor);
        show(
                world,
                Event.LINK_LOST,
                Moves.Kind.TIMEOUT,
                "source: the link is gone, or silent",
                (kind, label, next) -> visitor.move(kind, label, next.disconnected()));
        if (source.isDone() && world.isConnected()) {
            visitor.move(Moves.Kind.STEP, "source: closes its connection", world.disconnected());
        }
    }

    /** What a source does that has lost its connection and still needs to be heard. */
    void reconnects(World world, Moves.Visitor visitor) {
        SourceSide source = world.source();
        boolean asks = source.state() == State.UNKNOWN;
        if (source.isCrashed() || (!asks && !source.state().isAborted())) {
            return;
        }
        Word word = asks ? Word.QUERY : Word.ABORT_FOR_GOOD;
        if (world.canConnect() && world.destination().isListening()) {
            World next = world.connected().sendDown(word.about(source.attempt()));
            String label = asks ? ASK : OFFER_ABORT;
            visitor.move(Moves.Kind.RECONNECT, label, next);
        }
        if (asks && world.isConnected()) {
            World next = world.sendDown(word.about(source.attempt()));
            visitor.move(Moves.Kind.RECONNECT, ASK_AGAIN, next);
        }
        String label = "source: another process than the destination answers";
        show(world, Event.NO_SUCH_SESSION, Moves.Kind.RECONNECT, label, visitor);
    }

    /** What a person may say at the source. */
    void commands(World world, Moves.Visitor visitor) {
        SourceSide source = world.source();
        if (source.isCrashed()) {
            return;
        }
        show(world, Event.CANCEL, Moves.Kind.OPERATOR, "source: migrate_cancel", visitor);
        show(world, Event.GIVE_UP, Moves.Kind.OPERATOR, "source: give-up", visitor);
        if (world.destination().isOutOfIt() || rules.operatorsLie()) {
            show(world, Event.RESUME, Moves.Kind.OPERATOR, RESUME, visitor);
        }
        if (!source.runs() && rules.allowsCont(source.runState())) {
            visitor.move(Moves.Kind.OPERATOR, "source: cont", world.with(source.running()));
        }
    }

    /** What goes wrong at the source. */
    void faults(World world, Moves.Visitor visitor) {
        if (world.source().isCrashed()) {
            return;
        }
        show(world, Event.FAIL, Moves.Kind.FAULT, "source: an error", visitor);
        visitor.move(Moves.Kind.FAULT, "source: crashes", world.sourceCrashed());
    }

    /** The world once a message has arrived at the source. */
    World hear(World world, Message message) {
        int attempt = message.attempt();
        return switch (message.word()) {
            case READY -> hearReady(world, attempt);
            case STARTED -> fire(world, Event.STARTED, attempt);
            case DROPPED -> fire(world, Event.DROPPED, attempt);
            case DROPPED_EXPIRED -> fire(world, Event.DROPPED_EXPIRED, attempt);
            case EXPIRED -> fire(world, Event.EXPIRE, attempt);
            case ROLLED_BACK -> fire(world, Event.ROLLED_BACK, attempt);
            case NO_SUCH_SESSION -> fire(world, Event.NO_SUCH_SESSION, attempt);
            case END, GO, ABORT, ABORT_FOR_GOOD, QUERY, DONE ->
                    throw new IllegalArgumentException("Not for the source. message=" + message);
        };
    }

    /** Before the commit the migration thread takes it up, when it comes to it. */
    private World hearReady(World world, int attempt) {
        SourceSide source = world.source();
        return switch (source.state()) {
            case ITERATING, STOPPED, ROLLING_BACK -> world.with(source.heardReady(attempt));
            default -> fire(world, Event.READY, attempt);
        };
    }

    private World end(World world) {
        SourceSide source = world.source().ended();
        World next = world.with(source).sendDown(Word.END.about(source.attempt()));
        if (rules.sourceAwaitsReady()) {
            return next;
        }
        return fire(next, Event.READY, HandoverAttempt.CURRENT);
    }

    private void show(
            World world, Event event, Moves.Kind kind, String label, Moves.Visitor visitor) {
        Step step = step(world.source(), event);
        if (!step.changesNothing(world.source().state())) {
            visitor.move(kind, label, carryOut(world, step));
        }
    }

    /** The same world if the event is not heard or changes nothing. */
    private World fire(World world, Event event, int attempt) {
        SourceSide source = world.source();
        if (!rules.sourceHears(attempt, source.attempt())) {
            return world;
        }
        Step step = step(source, event);
        return step.changesNothing(source.state()) ? world : carryOut(world, step);
    }

    private Step step(SourceSide source, Event event) {
        return rules.source(source.state(), event, source.attempt() < attempts);
    }

    /** The guest first, then the destination is told. */
    private World carryOut(World world, Step step) {
        SourceSide before = world.source();
        int attempt = before.attempt();
        boolean runs =
                step.action() == Action.RESUME_GUEST
                        || (before.runs() && step.state() != State.STOPPED);
        World next = world.with(before.moved(step, runs));
        if (step.state().isAborted() || step.state() == State.ROLLING_BACK) {
            return next.sendDown(Word.ABORT.about(attempt));
        }
        return switch (step.action()) {
            case SEND_GO -> sendGo(next, attempt);
            case COMPLETE -> next.sendDown(Word.DONE.about(attempt));
            case RESUME_GUEST ->
                    step.state() == State.RETURNED ? next.sendDown(Word.DONE.about(attempt)) : next;
            case NONE, REPORT_UNKNOWN, ITERATE, GIVE_UP -> next;
        };
    }

    private World sendGo(World world, int attempt) {
        World next = world.sendDown(Word.GO.about(attempt));
        return rules.saysDoneEarly() ? next.sendDown(Word.DONE.about(attempt)) : next;
    }
}
