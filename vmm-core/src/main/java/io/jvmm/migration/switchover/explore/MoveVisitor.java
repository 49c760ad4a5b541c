package io.jvmm.migration.switchover.explore;

/** Is shown each move that is possible in a world. */
@FunctionalInterface
interface MoveVisitor {
    /**
     * One move.
     *
     * @param kind who makes it
     * @param label what it is, for people
     * @param next the world after it
     */
    void move(MoveKind kind, String label, World next);
}
