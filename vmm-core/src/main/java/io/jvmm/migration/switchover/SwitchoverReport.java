package io.jvmm.migration.switchover;

import java.util.List;

/**
 * What one switchover attempt did and cost, read after its end.
 *
 * @param outcome where the hand-over ended
 * @param enforced whether the limit was enforced
 * @param limitNanos the limit on the downtime
 * @param downtimeNanos from before the stop to the outcome: the destination's word that it runs, or
 *     the guest running again here
 * @param lines the phases in order
 * @param latenessNanos how late the watch fired, or -1 if it did not
 * @param rollbackNanos from the watch's firing, or the cancel, to the vCPUs released; -1 without
 *     one
 * @param scheduling what the watch's thread got from the system
 */
public record SwitchoverReport(
        SourceHandover.State outcome,
        boolean enforced,
        long limitNanos,
        long downtimeNanos,
        List<LedgerLine> lines,
        long latenessNanos,
        long rollbackNanos,
        String scheduling) {}
