package io.jvmm.migration;

/**
 * How long the guest may be down, and what of that must stay in reserve.
 *
 * @param enforced whether an overrun aborts the switchover ({@code switchover-abort})
 * @param limitNanos {@code downtime-limit}, plus {@code switchover-limit} when enforced
 * @param reserveNanos kept back so that either way out, commit or rollback, still ends within the
 *     limit
 */
record SwitchoverBudget(boolean enforced, long limitNanos, long reserveNanos) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What a commit or a rollback costs at most on a machine that is not overloaded. */
    private static final long USUAL_RESERVE_NANOS = 5 * NANOS_PER_MILLI;

    /** What a switchover costs besides moving bytes, until one has been measured. */
    private static final long USUAL_FIXED_NANOS = 20 * NANOS_PER_MILLI;

    /** A rollback on a busy machine takes longer than it did when it was measured. */
    private static final int ROLLBACK_FACTOR = 2;

    /**
     * The budget of an attempt that would begin now.
     *
     * @param rollbackNanos what the devices are expected to take to come back
     * @param commitNanos what a commit is expected to take, as it was measured; 0 if it was not
     */
    static SwitchoverBudget of(
            MigrationCapabilities capabilities,
            MigrationParameters parameters,
            long rollbackNanos,
            long commitNanos) {
        boolean enforced = capabilities.isOn(Capability.SWITCHOVER_ABORT);
        long millis = parameters.downtimeLimitMillis();
        if (enforced) {
            millis += parameters.switchoverLimitMillis();
        }
        long limit = millis * NANOS_PER_MILLI;
        long rollback = Math.min(USUAL_RESERVE_NANOS, limit / 4) + ROLLBACK_FACTOR * rollbackNanos;
        long reserve = Math.min(Math.max(rollback, commitNanos), limit / 2);
        return new SwitchoverBudget(enforced, limit, enforced ? reserve : 0);
    }

    long limitMillis() {
        return limitNanos / NANOS_PER_MILLI;
    }

    /** When the watch fires for a guest that was stopped at {@code startNanos}. */
    long deadline(long startNanos) {
        return startNanos + limitNanos - reserveNanos;
    }

    /** What a switchover is taken to cost besides moving bytes, until one has been measured. */
    long usualFixedNanos() {
        return Math.min(USUAL_FIXED_NANOS, limitNanos / 4);
    }
}
