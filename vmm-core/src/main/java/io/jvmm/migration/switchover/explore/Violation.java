package io.jvmm.migration.switchover.explore;

import java.util.List;

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
