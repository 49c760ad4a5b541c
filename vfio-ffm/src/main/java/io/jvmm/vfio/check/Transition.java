package io.jvmm.vfio.check;

import io.jvmm.vfio.DeviceMigrationState;

/**
 * A pair of states.
 *
 * @param from where the device is
 * @param loaded whether it has been given a whole state there; only in RESUMING
 * @param to what is asked for
 */
public record Transition(DeviceMigrationState from, boolean loaded, DeviceMigrationState to) {
    /**
     * Checks that only RESUMING is loaded.
     *
     * @throws IllegalArgumentException if another state is
     */
    public Transition {
        if (loaded && from != DeviceMigrationState.RESUMING) {
            throw new IllegalArgumentException("Only RESUMING takes a state: from=" + from);
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return from + (loaded ? " (loaded) -> " : " -> ") + to;
    }
}
