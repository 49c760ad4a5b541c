package io.jvmm.migration.admission;

import java.util.List;

/**
 * How an attempt ended that had been admitted.
 *
 * @param outcome how
 * @param spentNanos from the stop to the outcome
 * @param detail what it was in, for people; may be empty
 * @param samples what it showed of each phase
 */
public record AttemptResult(
        Outcome outcome, long spentNanos, String detail, List<CostSample> samples) {
    /** How an attempt can end. */
    public enum Outcome {
        /** The destination was ready within the limit, and the guest was given to it. */
        COMMITTED,
        /** The limit was exceeded: a stop in vain. */
        OVERRAN,
        /** Cancelled, or failed. */
        ENDED
    }

    /** Copies the list. */
    public AttemptResult {
        samples = List.copyOf(samples);
    }
}
