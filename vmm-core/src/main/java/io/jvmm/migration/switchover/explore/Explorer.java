package io.jvmm.migration.switchover.explore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Visits every world that can be reached, the nearest first, and looks at each. */
final class Explorer {
    private static final int NONE = -1;

    private final Moves moves;
    private final WorldStore store = new WorldStore();
    private final SortedSet<Outcome> outcomes = new TreeSet<>();
    private int[] progress = new int[1 << 16];
    private long moveCount;

    private Explorer(HandoverRules rules, int attempts) {
        moves = new Moves(rules, attempts);
    }

    /** Explores the hand-over under some rules; stops at the first property that does not hold. */
    static Exploration explore(HandoverRules rules, int attempts) {
        long begin = System.nanoTime();
        Explorer explorer = new Explorer(rules, attempts);
        Exploration.Violation violation = explorer.run();
        return new Exploration(
                attempts,
                explorer.store.size(),
                explorer.moveCount,
                Duration.ofNanos(System.nanoTime() - begin),
                explorer.outcomes,
                violation);
    }

    private Exploration.@Nullable Violation run() {
        store.add(World.START, NONE);
        for (int index = 0; index < store.size(); index++) {
            World world = store.get(index);
            visit(world, index);
            Property broken = firstBroken(world, progress[index] == NONE);
            if (broken != null) {
                return violation(broken, index);
            }
        }
        int endless = firstEndless();
        return endless == NONE ? null : violation(Property.ENDS, endless);
    }

    private void visit(World world, int index) {
        if (index == progress.length) {
            progress = Arrays.copyOf(progress, 2 * progress.length);
        }
        progress[index] = NONE;
        moves.visit(
                world,
                (kind, _, next) -> {
                    moveCount++;
                    int to = store.add(next, index);
                    if (progress[index] == NONE && kind.isProgress()) {
                        progress[index] = to;
                    }
                });
    }

    private @Nullable Property firstBroken(World world, boolean atRest) {
        for (Property property : Property.values()) {
            if ((property != Property.NAMED || atRest) && !property.holds(world)) {
                return property;
            }
        }
        if (!atRest) {
            return null;
        }
        Outcome outcome = Outcome.of(world);
        outcomes.add(outcome);
        List<String> help = outcome.advice().help();
        return help.isEmpty() || Rescue.isCertain(moves, world, help) ? null : Property.HELPED;
    }

    /**
     * Follows from each world the first of the moves that happen by themselves, up to a world where
     * there is none.
     *
     * @return a world from which that goes on for ever, or {@link #NONE}
     */
    private int firstEndless() {
        int[] seenFrom = new int[store.size()];
        for (int start = 0; start < store.size(); start++) {
            int mark = start + 1;
            int at = start;
            while (at != NONE && seenFrom[at] == 0) {
                seenFrom[at] = mark;
                at = progress[at];
            }
            if (at != NONE && seenFrom[at] == mark) {
                return at;
            }
        }
        return NONE;
    }

    private Exploration.Violation violation(Property property, int index) {
        List<Integer> path = new ArrayList<>();
        for (int at = index; at != NONE; at = store.parentOf(at)) {
            path.addFirst(at);
        }
        List<String> trace = new ArrayList<>();
        for (int i = 1; i < path.size(); i++) {
            trace.add(line(path.get(i - 1), path.get(i)));
        }
        return new Exploration.Violation(property, Outcome.of(store.get(index)), trace);
    }

    private String line(int from, int to) {
        List<String> labels = new ArrayList<>();
        moves.visit(
                store.get(from),
                (_, label, next) -> {
                    if (store.add(next, from) == to) {
                        labels.add(label);
                    }
                });
        return "%-53s%s".formatted(labels.getFirst(), store.get(to));
    }
}
