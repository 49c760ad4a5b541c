package io.jvmm.stream.wire;

import java.util.List;

/** What record constructors refuse. */
final class Check {
    private Check() {}

    static void notNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("Negative value: " + field + "=" + value);
        }
    }

    static void fits(List<PhaseTime> phases) {
        if (!PhaseTime.fits(phases)) {
            throw new IllegalArgumentException(
                    "Too many phases for a message: count="
                            + phases.size()
                            + " bytes="
                            + PhaseTime.bytes(phases));
        }
    }
}
