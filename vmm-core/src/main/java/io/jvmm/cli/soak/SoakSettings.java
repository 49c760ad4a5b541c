package io.jvmm.cli.soak;

import java.time.Duration;

/**
 * What a soak is told.
 *
 * @param atMost how long it goes on at most
 * @param switchovers how many migrations at most
 * @param seed of the first guest's life; each further one has the next number
 */
public record SoakSettings(Duration atMost, long switchovers, long seed) {
    /** Checks the signs. */
    public SoakSettings {
        if (atMost.isNegative() || switchovers < 0) {
            throw new IllegalArgumentException(
                    "Negative: atMost=%s switchovers=%d".formatted(atMost, switchovers));
        }
    }
}
