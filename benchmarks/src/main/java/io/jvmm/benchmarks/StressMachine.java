package io.jvmm.benchmarks;

import io.jvmm.device.PauseClock;
import io.jvmm.guest.stress.StressParameters;

/**
 * The guest of the abort benchmark: small, dirtying slowly, and so reading its clock all the time.
 */
final class StressMachine {
    static final long MEMORY_BYTES = 16 << 20;
    static final long WORKING_SET_BYTES = 4 << 20;
    static final long BYTES_PER_SECOND = 1 << 20;

    private static final int PAGE_SIZE = 4096;

    private StressMachine() {}

    /** The same guest without a machine around it. */
    static StressParameters parameters() {
        return new StressParameters(
                StressParameters.DEFAULT_START,
                WORKING_SET_BYTES,
                (int) (BYTES_PER_SECOND / PAGE_SIZE),
                1,
                PauseClock.PORT);
    }
}
