package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.switchover.DestinationHandover.Action;
import io.jvmm.migration.switchover.DestinationHandover.Event;
import io.jvmm.migration.switchover.DestinationHandover.State;
import io.jvmm.migration.switchover.DestinationHandover.Step;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.explore.DestinationSide.Load;
import io.jvmm.migration.switchover.explore.DestinationSide.Presence;
import io.jvmm.migration.switchover.explore.Word.Message;
import org.jspecify.annotations.Nullable;

/** What the destination does: {@link Event}s from where they come, {@link Action}s carried out. */
final class DestinationMoves {
    /** What an operator says there. */
    static final String RUN = "destination: run peer-is-dead=true";

    private final HandoverRules rules;
    private final boolean mayBeRetried;

    DestinationMoves(HandoverRules rules, boolean mayBeRetried) {
        this.rules = rules;
        this.mayBeRetried = mayBeRetried;
    }

    /** The destination's own steps. */
    void steps(World world, Moves.Visitor visitor) {
        DestinationSide destination = world.destination();
        if (!destination.isAlive()) {
            return;
        }
        if (destination.state() == State.LOADING) {
            if (destination.load() == Load.STREAM) {
                World next = world.with(destination.loaded(Load.DEVICES));
                visitor.move(Moves.Kind.STEP, "destination: devices leave RESUMING", next);
            }
            if (rules.isLoaded(destination.load())) {
                show(world, Event.LOADED, Moves.Kind.STEP, "destination: is prepared", visitor);
            }
        }
        if (destination.state() == State.STARTING) {
            show(world, Event.STARTED, Moves.Kind.STEP, "destination: the guest runs", visitor);
        }
    }

    /** What a person may say at the destination. */
    void commands(World world, Moves.Visitor visitor) {
        DestinationSide destination = world.destination();
        if (!destination.isAlive()) {
            return;
        }
        show(world, Event.DROP, Moves.Kind.OPERATOR, "destination: drop", visitor);
        if (world.source().isOutOfIt() || rules.operatorsLie()) {
            show(world, Event.RUN, Moves.Kind.OPERATOR, RUN, visitor);
        }
        if (!destination.runs() && rules.allowsCont(destination.runState())) {
            World next = world.with(destination.running());
            visitor.move(Moves.Kind.OPERATOR, "destination: cont", next);
        }
    }

    /** What goes wrong at the destination, or is noticed there: nothing relies on that. */
    void faults(World world, Moves.Visitor visitor) {
        switch (world.destination().presence()) {
            case ALIVE -> {
                String expires = "destination: the deadline passes";
                show(world, Event.EXPIRE, Moves.Kind.FAULT, expires, visitor);
                String lost = "destination: the link is gone, or silent";
                show(world, Event.LINK_LOST, Moves.Kind.FAULT, lost, visitor);
                show(world, Event.FAIL, Moves.Kind.FAULT, "destination: an error", visitor);
                if (world.destination().state() == State.STARTING) {
                    String label = "destination: the start fails";
                    show(world, Event.START_FAILED, Moves.Kind.FAULT, label, visitor);
                }
                World crashed = world.destinationCrashed();
                visitor.move(Moves.Kind.FAULT, "destination: crashes", crashed);
            }
            case CRASHED -> {
                World next = world.with(world.destination().gone(Presence.RESTARTED));
                visitor.move(Moves.Kind.FAULT, "destination: is restarted", next);
            }
            case RESTARTED -> {}
        }
    }

    /** The world once a message has arrived at the destination. */
    World hear(World world, Message message, boolean overFirst) {
        if (!world.destination().isAlive()) {
            Message answer = rules.strangersAnswer().about(message.attempt());
            return message.word() == Word.DONE ? world : reply(world, answer, overFirst);
        }
        return switch (message.word()) {
            case END -> read(world, message.attempt());
            case GO -> answer(world, Event.GO, message, overFirst);
            case ABORT -> answer(world, Event.ABORT, message, overFirst);
            case ABORT_FOR_GOOD -> answer(world, Event.ABORT_FOR_GOOD, message, overFirst);
            case QUERY -> answer(world, Event.QUERY, message, overFirst);
            case DONE -> world.with(world.destination().deaf());
            case READY, STARTED, DROPPED, DROPPED_EXPIRED, EXPIRED, ROLLED_BACK, NO_SUCH_SESSION ->
                    throw new IllegalArgumentException(
                            "Not for the destination. message=" + message);
        };
    }

    /** A destination whose limit was exceeded reads on, and forgets. */
    private World read(World world, int attempt) {
        DestinationSide destination = world.destination();
        boolean wanted =
                destination.state() == State.LOADING
                        && HandoverAttempt.concerns(attempt, destination.attempt());
        return wanted ? world.with(destination.loaded(Load.STREAM)) : world;
    }

    private World answer(World world, Event event, Message question, boolean overFirst) {
        DestinationSide before = world.destination();
        if (!rules.destinationHears(before.state(), event, question.attempt(), before.attempt())) {
            return world;
        }
        Step step = rules.destination(before.state(), event, mayBeRetried);
        World next = world.with(before.moved(step, runs(before, step, event)));
        Word word = word(step.action(), event);
        return word == null ? next : reply(next, word.about(question.attempt()), overFirst);
    }

    private static World reply(World world, Message answer, boolean overFirst) {
        return world.with(overFirst, world.connection(overFirst).sendUp(answer));
    }

    private void show(
            World world, Event event, Moves.Kind kind, String label, Moves.Visitor visitor) {
        DestinationSide before = world.destination();
        Step step = rules.destination(before.state(), event, mayBeRetried);
        if (step.changesNothing(before.state())) {
            return;
        }
        World next = world.with(before.moved(step, runs(before, step, event)));
        Word word = word(step.action(), event);
        visitor.move(kind, label, word == null ? next : next.sendUp(word.about(before.attempt())));
    }

    /** From the order on its vCPUs may run, until it is known that none was entered. */
    private static boolean runs(DestinationSide before, Step step, Event event) {
        return step.action() == Action.START_GUEST
                || (before.runs() && event != Event.START_FAILED);
    }

    private static @Nullable Word word(Action action, Event event) {
        return switch (action) {
            case NONE, START_GUEST -> null;
            case SEND_READY -> Word.READY;
            case SEND_STARTED -> Word.STARTED;
            case SEND_DROPPED -> event == Event.EXPIRE ? Word.DROPPED_EXPIRED : Word.DROPPED;
            case SEND_EXPIRED -> Word.EXPIRED;
            case SEND_ROLLED_BACK -> Word.ROLLED_BACK;
        };
    }
}
