package io.jvmm.migration.admission;

/**
 * One cost that a switchover is expected to have.
 *
 * @param name such as {@code save of device serial}
 * @param kind what it depends on
 * @param meanNanos how long it takes
 * @param marginNanos how much longer it may take, from the variance that was measured
 * @param leastNanos what it takes at least: waiting for a better moment brings it no lower
 */
public record PredictedPhase(
        String name, PhaseKind kind, long meanNanos, long marginNanos, long leastNanos) {
    /** Checks the order of the three times. */
    public PredictedPhase {
        if (leastNanos < 0 || marginNanos < 0 || meanNanos < leastNanos) {
            throw new IllegalArgumentException(
                    "Not a prediction: name=%s mean=%d margin=%d least=%d"
                            .formatted(name, meanNanos, marginNanos, leastNanos));
        }
    }

    /**
     * A cost that has not been measured.
     *
     * @param name what it is
     * @param kind what it depends on
     * @param nanos how long it is taken to be
     * @return the prediction, without a margin
     */
    public static PredictedPhase assumed(String name, PhaseKind kind, long nanos) {
        return new PredictedPhase(name, kind, nanos, 0, 0);
    }
}
