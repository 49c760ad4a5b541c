package io.jvmm.migration.switchover;

/** What was planned for each phase of a switchover before the stop. Asked after the outcome. */
@FunctionalInterface
public interface Reserves {
    /** Nothing was planned. */
    Reserves NONE = (phase, device) -> 0;

    /**
     * What was planned for a phase.
     *
     * @param phase the phase
     * @param device the device it is about, or an empty string
     * @return nanoseconds; 0 if nothing was
     */
    long nanosFor(SwitchoverPhase phase, String device);
}
