package io.jvmm.migration.admission;

import java.time.Instant;

/**
 * A decision with its inputs.
 *
 * @param when the time of day of the last of them
 * @param kind what was decided
 * @param policy by which policy
 * @param reason why
 * @param forecast on what; of the last of them
 * @param repeats how often it was taken before anything was done, this one included
 * @param spentNanos from the stop to the outcome; 0 before a stop
 * @param detail what the attempt was in at its outcome; empty before a stop
 */
public record DecisionRecord(
        Instant when,
        DecisionKind kind,
        String policy,
        Reason reason,
        SwitchoverForecast forecast,
        long repeats,
        long spentNanos,
        String detail) {

    /** The same decision again: only its count, and its last inputs, are kept. */
    DecisionRecord again(DecisionRecord next) {
        return new DecisionRecord(
                next.when, kind, policy, reason, next.forecast, repeats + 1, spentNanos, detail);
    }

    boolean isRepeatedBy(DecisionRecord next) {
        boolean same =
                kind == next.kind
                        && reason == next.reason
                        && policy.equals(next.policy)
                        && forecast.attempt() == next.forecast.attempt()
                        && forecast.peer().equals(next.forecast.peer());
        return same && isRepeatable();
    }

    /** Whether the same decision may be taken again and again, with nothing done. */
    boolean isRepeatable() {
        return kind == DecisionKind.NOT_YET || kind == DecisionKind.WOULD_SWITCH;
    }

    /**
     * The reason in a sentence.
     *
     * @return with the figures that it stands on
     */
    public String describe() {
        if (kind.isOfPolicy()) {
            return reason.describe(forecast);
        }
        String after = " after %.1f ms".formatted(spentNanos / 1e6);
        return reason.describe(forecast) + after + (detail.isEmpty() ? "" : ", in " + detail);
    }
}
