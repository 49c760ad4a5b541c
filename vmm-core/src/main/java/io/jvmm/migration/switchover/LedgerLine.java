package io.jvmm.migration.switchover;

/**
 * One phase of a switchover and what it cost.
 *
 * @param phase which phase
 * @param device the device it was about, or an empty string
 * @param startNanos when it began, counted from the start of the downtime
 * @param spentNanos how long it took; for the phase in progress, until the ledger was read
 */
public record LedgerLine(SwitchoverPhase phase, String device, long startNanos, long spentNanos) {
    /**
     * The phase in a sentence.
     *
     * @return such as {@code save of device serial}
     */
    public String describe() {
        return phase.describe(device);
    }
}
