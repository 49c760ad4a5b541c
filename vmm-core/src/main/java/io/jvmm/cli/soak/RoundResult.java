package io.jvmm.cli.soak;

import java.util.List;
import java.util.Optional;

/**
 * How a round ended.
 *
 * @param outcome its name, for the table
 * @param runner who has the guest now; the life ends with the round if there is none
 * @param pause how long the guest was down, if it was stopped for a switchover
 * @param violations what must never be
 */
record RoundResult(
        String outcome, Runner runner, Optional<GuestPause> pause, List<String> violations) {

    /** Who has the guest after a round. */
    enum Runner {
        /** It is where it was. */
        SOURCE,
        /** It moved. */
        DESTINATION,
        /** Nobody, or nobody knows: the life ends. */
        NOBODY
    }

    /** Copies the list. */
    RoundResult {
        violations = List.copyOf(violations);
    }
}
