package io.jvmm.vfio.user.server;

import io.jvmm.vfio.DeviceMigrationState;
import java.time.Duration;

/**
 * What a device does on one arc.
 *
 * @param from the state that it leaves
 * @param to the state that it shall enter
 * @param delay how long that takes
 * @param outcome what happens then
 */
public record ArcRule(
        DeviceMigrationState from, DeviceMigrationState to, Duration delay, ArcOutcome outcome) {
    /**
     * Checks the delay.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public ArcRule {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("A delay is negative: delay=" + delay);
        }
    }
}
