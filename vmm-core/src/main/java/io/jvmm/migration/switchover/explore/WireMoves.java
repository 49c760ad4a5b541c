package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.switchover.explore.Word.Message;

/** What happens on the way between the two sides. */
final class WireMoves {
    private final SourceMoves source;
    private final DestinationMoves destination;

    WireMoves(SourceMoves source, DestinationMoves destination) {
        this.source = source;
        this.destination = destination;
    }

    /** Any message arrives: those of one side's threads may overtake each other. */
    void arrivals(World world, Moves.Visitor visitor) {
        arrivals(world, true, visitor);
        arrivals(world, false, visitor);
    }

    /** Links that are cut, and what is lost with them. */
    void faults(World world, Moves.Visitor visitor) {
        if (world.isConnected()) {
            visitor.move(Moves.Kind.FAULT, "wire: the link is cut", world.disconnected());
        }
        losses(world, true, visitor);
        losses(world, false, visitor);
    }

    private void arrivals(World world, boolean first, Moves.Visitor visitor) {
        Connection connection = world.connection(first);
        for (int i = 0; i < connection.down().size(); i++) {
            Message message = connection.down().get(i);
            World rest = world.with(first, connection.withoutDown(i));
            World next = destination.hear(rest, message, first);
            visitor.move(Moves.Kind.ARRIVAL, message.heard(), next);
        }
        for (int i = 0; i < connection.up().size(); i++) {
            Message message = connection.up().get(i);
            World rest = world.with(first, connection.withoutUp(i));
            visitor.move(Moves.Kind.ARRIVAL, message.heard(), source.hear(rest, message));
        }
    }

    /** One after the other, and others arrive in between: so any of them may be lost. */
    private static void losses(World world, boolean first, Moves.Visitor visitor) {
        Connection connection = world.connection(first);
        if (connection.isOpen()) {
            return;
        }
        int down = connection.down().size();
        if (down > 0) {
            World next = world.with(first, connection.withoutDown(down - 1));
            visitor.move(Moves.Kind.FAULT, connection.down().getLast().lost(), next);
        }
        int up = connection.up().size();
        if (up > 0) {
            World next = world.with(first, connection.withoutUp(up - 1));
            visitor.move(Moves.Kind.FAULT, connection.up().getLast().lost(), next);
        }
    }
}
