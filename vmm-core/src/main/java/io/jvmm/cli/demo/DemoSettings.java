package io.jvmm.cli.demo;

/**
 * What the demonstration runs with.
 *
 * @param accelerator as for {@code -accel}; empty takes the first that works
 * @param memory RAM as for {@code -m}
 * @param dirtyRate what the guest dirties, as in {@code -guest stress,dirty-rate=}
 * @param downtimeLimitMillis {@code downtime-limit}
 * @param switchoverLimitMillis {@code switchover-limit}
 * @param device whether the guest uses a device that moves with it
 */
public record DemoSettings(
        String accelerator,
        String memory,
        String dirtyRate,
        long downtimeLimitMillis,
        long switchoverLimitMillis,
        boolean device) {

    /** The enforced limit: both together. */
    long limitMillis() {
        return downtimeLimitMillis + switchoverLimitMillis;
    }

    /** How long the slow part of the second story takes: longer than the limit. */
    long slowMillis() {
        return 2 * limitMillis() + 1000;
    }
}
