package io.jvmm.migration.admission;

import java.util.List;

/**
 * Every input of one decision. All durations are nanoseconds; {@link #NEVER} stands for one that is
 * not known.
 *
 * @param attempt the number of the attempt that would begin now, from 1
 * @param atNanos when, on the clock of the migration
 * @param peer who would take the guest
 * @param limit what may not be exceeded
 * @param remaining what is left to move
 * @param link how fast it moves
 * @param phases what the time to READY, and what follows it, is expected to consist of
 * @param past what happened in this migration before
 */
public record SwitchoverForecast(
        int attempt,
        long atNanos,
        String peer,
        Limit limit,
        Remaining remaining,
        Link link,
        List<PredictedPhase> phases,
        Past past) {
    /** A duration that is not known. */
    public static final long NEVER = -1;

    /** Copies the list. */
    public SwitchoverForecast {
        phases = List.copyOf(phases);
    }

    /**
     * What the guest may be down for.
     *
     * @param enforced whether an overrun aborts ({@code switchover-abort})
     * @param nanos the whole limit
     * @param downtimeNanos {@code downtime-limit} alone
     * @param reserveNanos what must be left of the limit at READY: for the commit or for a
     *     rollback, whichever takes longer
     */
    public record Limit(boolean enforced, long nanos, long downtimeNanos, long reserveNanos) {}

    /**
     * What is left to move.
     *
     * @param pendingBytes not yet written
     * @param unconfirmedBytes written, and not yet confirmed by the destination
     * @param exact whether the dirty logs were looked at for this forecast
     */
    public record Remaining(long pendingBytes, long unconfirmedBytes, boolean exact) {
        /**
         * Everything that the destination does not have yet.
         *
         * @return bytes
         */
        public long bytes() {
            return pendingBytes + unconfirmedBytes;
        }
    }

    /**
     * The way to the destination.
     *
     * @param source where the speed is known from
     * @param bytesPerSecond the speed as QEMU would divide by it; 0 if unknown
     * @param roundTripNanos from a PING to its PONG, less what was before it in the queue
     */
    public record Link(LinkSource source, long bytesPerSecond, long roundTripNanos) {}

    /**
     * What happened before.
     *
     * @param stops how often this migration has stopped the guest
     * @param vain how many of those stops were aborted for the limit, without a success since
     * @param sinceAbortNanos since the last such abort; {@link #NEVER} if there was none
     * @param backOffNanos how long none is to follow an abort
     * @param heldBackNanos since what is left would fit for the first time, by itself
     */
    public record Past(
            int stops, int vain, long sinceAbortNanos, long backOffNanos, long heldBackNanos) {
        /** Before the first stop. */
        public static final Past NONE = new Past(0, 0, NEVER, 0, 0);
    }

    /**
     * The sum of all phases up to READY.
     *
     * @return nanoseconds, without margins
     */
    public long meanNanos() {
        long sum = 0;
        for (PredictedPhase phase : phases) {
            sum = plus(sum, isBeforeReady(phase) ? phase.meanNanos() : 0);
        }
        return sum;
    }

    /**
     * The margin of the sum: the phases vary one by one, so their margins add up as squares.
     *
     * @return nanoseconds
     */
    public long marginNanos() {
        double squares = 0;
        for (PredictedPhase phase : phases) {
            double margin = isBeforeReady(phase) ? phase.marginNanos() : 0;
            squares += margin * margin;
        }
        return (long) Math.sqrt(squares);
    }

    /**
     * What the time to READY is at least, at the best moment.
     *
     * @return nanoseconds
     */
    public long leastNanos() {
        long sum = 0;
        for (PredictedPhase phase : phases) {
            sum = plus(sum, isBeforeReady(phase) ? phase.leastNanos() : 0);
        }
        return sum;
    }

    /**
     * What no moment is good enough to avoid: fixed costs at their least.
     *
     * @return nanoseconds
     */
    public long fixedLeastNanos() {
        long sum = 0;
        for (PredictedPhase phase : phases) {
            sum = plus(sum, phase.kind().isFixed() ? phase.leastNanos() : 0);
        }
        return sum;
    }

    private static boolean isBeforeReady(PredictedPhase phase) {
        return phase.kind() != PhaseKind.COMMIT;
    }

    /** A sum that stays at the longest time there is: the speed of the link may be unknown. */
    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
