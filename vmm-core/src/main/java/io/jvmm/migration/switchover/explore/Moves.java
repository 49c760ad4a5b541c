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

    void visit(World world, MoveVisitor visitor) {
        progress(world, visitor);
        source.reconnects(world, visitor);
        source.commands(world, visitor);
        destination.commands(world, visitor);
        source.faults(world, visitor);
        destination.faults(world, visitor);
        wire.faults(world, visitor);
    }

    /** What happens by itself, arrivals first. */
    void progress(World world, MoveVisitor visitor) {
        wire.arrivals(world, visitor);
        source.steps(world, visitor);
        destination.steps(world, visitor);
    }
}
