package io.jvmm.migration.admission;

/**
 * What one attempt showed of one phase.
 *
 * @param kind what its cost depends on
 * @param name the phase and its device
 * @param nanos how long it took
 * @param whole whether it ended; else it would have taken longer
 */
public record CostSample(PhaseKind kind, String name, long nanos, boolean whole) {
    /** A duration is not negative. */
    public CostSample {
        nanos = Math.max(0, nanos);
    }
}
