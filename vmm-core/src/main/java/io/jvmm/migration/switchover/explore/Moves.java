package io.jvmm.migration.switchover.explore;

/** All moves that are possible in a world; those that happen by themselves come first. */
final class Moves {
    private final SourceMoves source;
    private final DestinationMoves destination;
    private final WireMoves wire;

    /**
     * Creates the moves under some rules.
     *
     * @param rules the rules of the hand-over
     * @param attempts how many switchovers the source may try
     */
    Moves(HandoverRules rules, int attempts) {
        source = new SourceMoves(rules, attempts);
        destination = new DestinationMoves(rules, attempts > 1);
        wire = new WireMoves(source, destination);
    }

    void visit(World world, Visitor visitor) {
        progress(world, visitor);
        source.reconnects(world, visitor);
        source.commands(world, visitor);
        destination.commands(world, visitor);
        source.faults(world, visitor);
        destination.faults(world, visitor);
        wire.faults(world, visitor);
    }

    /** What happens by itself, arrivals first. */
    void progress(World world, Visitor visitor) {
        wire.arrivals(world, visitor);
        source.steps(world, visitor);
        destination.steps(world, visitor);
    }

    /** Who makes a move. */
    enum Kind {
        /** A message arrives. */
        ARRIVAL,
        /** A side does its next step. */
        STEP,
        /** A deadline or a silence, early or late. */
        TIMEOUT,
        /** The source makes a new connection, or asks again. */
        RECONNECT,
        /** Someone says something at a monitor. */
        OPERATOR,
        /** An error, a lost message, a cut link, a crash, a restart. */
        FAULT;

        /** Whether it happens by itself, sooner or later, without a new connection. */
        boolean isProgress() {
            return switch (this) {
                case ARRIVAL, STEP, TIMEOUT -> true;
                case RECONNECT, OPERATOR, FAULT -> false;
            };
        }
    }

    /** Is shown each move that is possible in a world. */
    @FunctionalInterface
    interface Visitor {
        /**
         * One move.
         *
         * @param kind who makes it
         * @param label what it is, for people
         * @param next the world after it
         */
        void move(Kind kind, String label, World next);
    }
}
