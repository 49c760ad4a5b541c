package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Walks through every interleaving of one attempt over one connection, with the state machines that
 * run in production: messages in flight, the link lost at any moment with whatever was in flight,
 * deadlines early or late on both sides, a cancel at any moment, errors on both sides.
 */
class HandoverExplorationTest {
    private enum Message {
        END_OF_STREAM,
        READY,
        GO,
        ABORT,
        STARTED,
        DROPPED
    }

    /** Both sides, what is on the wire between them, and who lets the guest run. */
    private record World(
            SourceHandover.State source,
            DestinationHandover.State destination,
            List<Message> toDestination,
            List<Message> toSource,
            boolean linkUp,
            boolean sourceRuns,
            boolean destinationRuns) {

        static World initial() {
            return new World(
                    SourceHandover.State.ITERATING,
                    DestinationHandover.State.LOADING,
                    List.of(),
                    List.of(),
                    true,
                    true,
                    false);
        }

        World source(SourceHandover.Event event) {
            SourceHandover.Step step = SourceHandover.next(source, event, false);
            if (step.state() == source) {
                return this;
            }
            boolean stops = step.state() == SourceHandover.State.STOPPED;
            boolean resumes = step.action() == SourceHandover.Action.RESUME_GUEST;
            World next =
                    new World(
                            step.state(),
                            destination,
                            toDestination,
                            toSource,
                            linkUp,
                            (sourceRuns && !stops) || resumes,
                            destinationRuns);
            if (stops) {
                return next.send(Message.END_OF_STREAM);
            }
            if (step.action() == SourceHandover.Action.SEND_GO) {
                return next.send(Message.GO);
            }
            return step.state().isAborted() ? next.send(Message.ABORT) : next;
        }

        World destination(DestinationHandover.Event event) {
            DestinationHandover.Step step = DestinationHandover.next(destination, event, false);
            if (step.state() == destination) {
                return this;
            }
            boolean starts = step.action() == DestinationHandover.Action.SEND_STARTED;
            World next =
                    new World(
                            source,
                            step.state(),
                            toDestination,
                            toSource,
                            linkUp,
                            sourceRuns,
                            destinationRuns || starts);
            return switch (step.action()) {
                case SEND_READY -> next.answer(Message.READY);
                case SEND_STARTED -> next.answer(Message.STARTED);
                case SEND_DROPPED -> next.answer(Message.DROPPED);
                case NONE, START_GUEST, SEND_EXPIRED, SEND_ROLLED_BACK -> next;
            };
        }

        World send(Message message) {
            return linkUp ? wires(append(toDestination, message), toSource) : this;
        }

        World answer(Message message) {
            return linkUp ? wires(toDestination, append(toSource, message)) : this;
        }

        World wires(List<Message> down, List<Message> up) {
            return new World(source, destination, down, up, linkUp, sourceRuns, destinationRuns);
        }

        /** The link goes down and takes what is in flight with it, from some message on. */
        World cut(int delivered, int answered) {
            return new World(
                    source,
                    destination,
                    toDestination.subList(0, delivered),
                    toSource.subList(0, answered),
                    false,
                    sourceRuns,
                    destinationRuns);
        }

        private static List<Message> append(List<Message> list, Message message) {
            List<Message> longer = new ArrayList<>(list);
            longer.add(message);
            return List.copyOf(longer);
        }
    }

    private final Set<World> seen = new HashSet<>();
    private final Deque<World> open = new ArrayDeque<>();

    @Test
    void shouldNeverLetTwoSidesRunAndAlwaysNameWhoDoes() {
        visit(World.initial());
        while (!open.isEmpty()) {
            World world = open.pop();
            check(world);
            visitNext(world);
        }
        assertThat(seen).hasSizeGreaterThan(100);
    }

    private void check(World world) {
        assertThat(world.sourceRuns && world.destinationRuns).as("two run: %s", world).isFalse();
        if (world.source.isAborted() || world.source == SourceHandover.State.RETURNED) {
            assertThat(world.sourceRuns).as("the aborted guest runs here: %s", world).isTrue();
        }
        if (world.source == SourceHandover.State.COMPLETED) {
            assertThat(world.destinationRuns).as("completed runs there: %s", world).isTrue();
        }
        if (world.destination == DestinationHandover.State.DROPPED) {
            assertThat(world.destinationRuns).as("dropped never runs: %s", world).isFalse();
        }
    }

    private void visitNext(World world) {
        for (SourceHandover.Event event :
                List.of(
                        SourceHandover.Event.STOP,
                        SourceHandover.Event.EXPIRE,
                        SourceHandover.Event.CANCEL,
                        SourceHandover.Event.FAIL)) {
            visit(world.source(event));
        }
        for (DestinationHandover.Event event :
                List.of(
                        DestinationHandover.Event.EXPIRE,
                        DestinationHandover.Event.FAIL,
                        DestinationHandover.Event.DROP,
                        DestinationHandover.Event.STARTED,
                        DestinationHandover.Event.START_FAILED)) {
            visit(world.destination(event));
        }
        deliver(world);
        loseTheLink(world);
    }

    private void deliver(World world) {
        if (!world.toDestination.isEmpty()) {
            Message first = world.toDestination.getFirst();
            World rest = world.wires(tail(world.toDestination), world.toSource);
            visit(rest.destination(eventAtDestination(first)));
        }
        if (!world.toSource.isEmpty()) {
            Message first = world.toSource.getFirst();
            World rest = world.wires(world.toDestination, tail(world.toSource));
            visit(rest.source(eventAtSource(first)));
        }
    }

    private void loseTheLink(World world) {
        if (world.linkUp) {
            for (int down = 0; down <= world.toDestination.size(); down++) {
                for (int up = 0; up <= world.toSource.size(); up++) {
                    visit(world.cut(down, up));
                }
            }
            return;
        }
        if (world.toSource.isEmpty()) {
            visit(world.source(SourceHandover.Event.LINK_LOST));
        }
        if (world.toDestination.isEmpty()) {
            visit(world.destination(DestinationHandover.Event.LINK_LOST));
        }
    }

    private void visit(World world) {
        if (seen.add(world)) {
            open.push(world);
        }
    }

    private static DestinationHandover.Event eventAtDestination(Message message) {
        return switch (message) {
            case END_OF_STREAM -> DestinationHandover.Event.LOADED;
            case GO -> DestinationHandover.Event.GO;
            case ABORT -> DestinationHandover.Event.ABORT;
            case READY, STARTED, DROPPED -> throw new IllegalStateException("message=" + message);
        };
    }

    private static SourceHandover.Event eventAtSource(Message message) {
        return switch (message) {
            case READY -> SourceHandover.Event.READY;
            case STARTED -> SourceHandover.Event.STARTED;
            case DROPPED -> SourceHandover.Event.DROPPED;
            case END_OF_STREAM, GO, ABORT -> throw new IllegalStateException("message=" + message);
        };
    }

    private static List<Message> tail(List<Message> list) {
        return list.subList(1, list.size());
    }
}
