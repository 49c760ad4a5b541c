package io.jvmm.migration.switchover;

/** Told of each phase as it begins, which ends the one before. Must not block or allocate. */
@FunctionalInterface
public interface PhaseListener {
    /** Takes nothing down. */
    PhaseListener NONE = (phase, device) -> {};

    /**
     * A phase begins.
     *
     * @param phase which
     * @param device the device it is about, or an empty string
     */
    void enter(SwitchoverPhase phase, String device);
}
