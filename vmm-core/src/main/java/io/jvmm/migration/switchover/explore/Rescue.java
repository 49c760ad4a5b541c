package io.jvmm.migration.switchover.explore;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether what an advice says leads to a guest that runs, if nothing else goes wrong. */
final class Rescue {
    private final Moves moves;
    private final Set<World> seen = new HashSet<>();
    private final Deque<World> open = new ArrayDeque<>();

    private Rescue(Moves moves) {
        this.moves = moves;
    }

    /**
     * Makes the moves of an advice, then those that happen by themselves, in every order.
     *
     * @param moves what is possible
     * @param world a world at rest
     * @param help the labels of the moves of the advice
     * @return true if one of these moves can be made, and wherever that ends the guest runs and
     *     nothing is left to do
     */
    static boolean isCertain(Moves moves, World world, List<String> help) {
        Rescue rescue = new Rescue(moves);
        moves.visit(
                world,
                (_, label, next) -> {
                    if (help.contains(label)) {
                        rescue.add(next);
                    }
                });
        return !rescue.seen.isEmpty() && rescue.settles();
    }

    private boolean settles() {
        while (!open.isEmpty()) {
            World world = open.remove();
            boolean[] atRest = {true};
            moves.progress(
                    world,
                    (_, _, next) -> {
                        atRest[0] = false;
                        add(next);
                    });
            if (atRest[0] && !Outcome.of(world).advice().isSettled()) {
                return false;
            }
        }
        return true;
    }

    private void add(World world) {
        if (seen.add(world)) {
            open.add(world);
        }
    }
}
