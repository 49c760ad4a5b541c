package io.jvmm.migration;

import java.util.Random;

/**
 * A line whose speed changes every now and then, with a buffer before it. Time is nanoseconds;
 * everything follows from the seed.
 */
final class SimulatedLink {
    private static final long STEP_NANOS = 1_000_000;

    private final Random random;
    private final double[] bytesPerNano;
    private final long longestRegimeNanos;
    private double speed;
    private long regimeEnd;
    private long busyUntil;

    /**
     * A line.
     *
     * @param megabytesPerSecond the speeds that it changes between
     * @param longestRegimeMillis how long it may keep one
     */
    SimulatedLink(long seed, long longestRegimeMillis, double... megabytesPerSecond) {
        this.random = new Random(seed);
        this.longestRegimeNanos = longestRegimeMillis * 1_000_000;
        this.bytesPerNano = new double[megabytesPerSecond.length];
        for (int i = 0; i < bytesPerNano.length; i++) {
            bytesPerNano[i] = megabytesPerSecond[i] / 1000;
        }
    }

    /**
     * Puts bytes behind those that are on their way.
     *
     * @return when the last of them is through
     */
    long carry(long nowNanos, long bytes) {
        long time = Math.max(nowNanos, busyUntil);
        double left = bytes;
        while (left > 0) {
            long until = Math.min(time + STEP_NANOS, regimeEnd);
            if (time >= regimeEnd) {
                speed = bytesPerNano[random.nextInt(bytesPerNano.length)];
                regimeEnd = time + 1 + (long) (random.nextDouble() * longestRegimeNanos);
                continue;
            }
            double possible = (until - time) * speed;
            if (possible >= left) {
                time += (long) Math.ceil(left / speed);
                left = 0;
            } else {
                left -= possible;
                time = until;
            }
        }
        busyUntil = time;
        return time;
    }
}
