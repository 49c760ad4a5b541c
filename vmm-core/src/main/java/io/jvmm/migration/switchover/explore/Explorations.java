package io.jvmm.migration.switchover.explore;

import java.util.List;

/** Which explorations there are. */
final class Explorations {
    private static final int ONE_ATTEMPT = 1;
    private static final int TWO_ATTEMPTS = 2;

    private static final HandoverRules FALSE_WORD =
            new HandoverRules() {
                @Override
                public boolean operatorsLie() {
                    return true;
                }
            };

    private Explorations() {}

    /** The hand-over as it is: a destination that is not retried, and one that is. */
    static List<Exploration> production() {
        return List.of(
                Explorer.explore(HandoverRules.PRODUCTION, ONE_ATTEMPT),
                Explorer.explore(HandoverRules.PRODUCTION, TWO_ATTEMPTS));
    }

    /** A mutant up to the property that catches it, if there is one. */
    static Exploration of(Mutant mutant) {
        Exploration first = Explorer.explore(mutant.rules(), ONE_ATTEMPT);
        return first.violation() != null ? first : Explorer.explore(mutant.rules(), TWO_ATTEMPTS);
    }

    /** What becomes of operators who say {@code peer-is-dead} of a side that lives. */
    static Exploration falseWord() {
        return Explorer.explore(FALSE_WORD, ONE_ATTEMPT);
    }
}
