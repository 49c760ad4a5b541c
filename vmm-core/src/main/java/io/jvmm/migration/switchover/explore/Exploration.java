package io.jvmm.migration.switchover.explore;

import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * What an exploration found.
 *
 * @param attempts how many switchovers the source might try
 * @param states how many worlds were reached
 * @param moves how many moves led to them, or back to one of them
 * @param time how long it took
 * @param outcomes where both sides can come to rest
 * @param violation the property that does not hold, if there is one; the rest is then incomplete
 */
record Exploration(
        int attempts,
        int states,
        long moves,
        Duration time,
        SortedSet<Outcome> outcomes,
        @Nullable Violation violation) {

    /**
     * A property that does not hold.
     *
     * @param property which
     * @param outcome where both sides stand then
     * @param trace the shortest way to a world where it does not, a line each move
     */
    record Violation(Property property, Outcome outcome, List<String> trace) {
        Violation {
            trace = List.copyOf(trace);
        }
    }
}
