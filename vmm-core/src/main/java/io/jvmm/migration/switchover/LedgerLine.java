package io.jvmm.migration.switchover;

/**
 * One phase of a switchover and what it cost.
 *
 * @param side who spent the time
 * @param phase which phase
 * @param device the device it was about, or an empty string
 * @param sum which sum it belongs to
 * @param startNanos when it began, counted from the start of the downtime; {@link #UNKNOWN} for
 *     pauses that nobody timed. A line of the other side is placed as late as it can have been
 * @param reserveNanos what was planned for it; 0 if nothing was
 * @param spentNanos how long it took; for the phase in progress, until the ledger was read
 */
public record LedgerLine(
        LedgerSide side,
        SwitchoverPhase phase,
        String device,
        LedgerSum sum,
        long startNanos,
        long reserveNanos,
        long spentNanos) {
    /** A start that is not known. */
    public static final long UNKNOWN = -1;

    /** A line of the one side's own clock, for which nothing was planned. */
    static LedgerLine counted(
            LedgerSide side, SwitchoverPhase phase, String device, long startNanos, long nanos) {
        return new LedgerLine(side, phase, device, LedgerSum.TOTAL, startNanos, 0, nanos);
    }

    /**
     * What is left of what was planned.
     *
     * @return reserve minus spent; negative if the phase took more
     */
    public long slackNanos() {
        return reserveNanos - spentNanos;
    }

    /**
     * The phase in a sentence.
     *
     * @return such as {@code save of device serial}
     */
    public String describe() {
        return phase.describe(device);
    }

    /** When it ended. */
    long endNanos() {
        return startNanos + spentNanos;
    }

    LedgerLine as(SwitchoverPhase other) {
        return new LedgerLine(side, other, "", sum, startNanos, reserveNanos, spentNanos);
    }

    LedgerLine in(LedgerSum other) {
        return new LedgerLine(side, phase, device, other, startNanos, reserveNanos, spentNanos);
    }

    LedgerLine between(long from, long to) {
        long start = Math.clamp(startNanos, from, to);
        long end = Math.clamp(endNanos(), from, to);
        return new LedgerLine(side, phase, device, sum, start, reserveNanos, end - start);
    }

    LedgerLine at(long start) {
        return new LedgerLine(side, phase, device, sum, start, reserveNanos, spentNanos);
    }

    LedgerLine planned(long reserve) {
        return new LedgerLine(side, phase, device, sum, startNanos, reserve, spentNanos);
    }
}
