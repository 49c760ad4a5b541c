package io.jvmm.guest.stress;

import java.util.List;

/**
 * What one vCPU of the guest says.
 *
 * @param pagesWritten its work counter
 * @param sweeps sweeps finished
 * @param errors pages that did not hold what it had written, and counts out of range
 * @param firstErrorAddress the first of these pages, 0 = none
 * @param lastNanos its last reading of the clock, 0 = none
 * @param pauses up to eight, the longest first
 */
public record VcpuReport(
        long pagesWritten,
        long sweeps,
        long errors,
        long firstErrorAddress,
        long lastNanos,
        List<Pause> pauses) {}
