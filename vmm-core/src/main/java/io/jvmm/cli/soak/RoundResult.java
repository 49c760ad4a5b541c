package io.jvmm.cli.soak;

import java.util.List;

/**
 * How a round ended.
 *
 * @param outcome its name, for the table
 * @param next how the guest's life goes on
 * @param stops how often the guest was stopped for a switchover
 * @param pauses how long the guest was down, each time it was stopped for a switchover
 * @param violations what must never be
 */
record RoundResult(
        String outcome, Next next, int stops, List<GuestPause> pauses, List<String> violations) {

    /** How the guest's life goes on after a round. */
    enum Next {
        /** The guest is where it was. */
        SAME,
        /** It moved. */
        SWAPPED,
        /** The two are not fit for another round. */
        END
    }

    /** Copies the lists. */
    RoundResult {
        pauses = List.copyOf(pauses);
        violations = List.copyOf(violations);
    }
}
