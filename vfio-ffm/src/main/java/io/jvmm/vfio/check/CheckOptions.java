package io.jvmm.vfio.check;

import java.time.Duration;

/**
 * How a device is checked.
 *
 * @param repeat how often each pair of states is tried, for its times; at least 1
 * @param stepLimit how long one call to the device may take
 * @param stateLimit bytes of state after which it counts as endless
 */
public record CheckOptions(int repeat, Duration stepLimit, long stateLimit) {
    /** Few repetitions, 10 seconds, 1 GiB. */
    public static final CheckOptions DEFAULT =
            new CheckOptions(10, Duration.ofSeconds(10), 1L << 30);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public CheckOptions {
        if (repeat < 1 || !stepLimit.isPositive() || stateLimit < 1) {
            throw new IllegalArgumentException(
                    "A number is not positive: repeat=%d stepLimit=%s stateLimit=%d"
                            .formatted(repeat, stepLimit, stateLimit));
        }
    }
}
