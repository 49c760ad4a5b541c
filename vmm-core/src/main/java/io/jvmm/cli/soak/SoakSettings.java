package io.jvmm.cli.soak;

import io.jvmm.machine.AcceleratorKind;
import java.time.Duration;

/**
 * What a soak is told.
 *
 * @param atMost how long it goes on at most
 * @param switchovers how many migrations at most
 * @param seed of the first guest's life; each further one has the next number
 * @param accelerator what runs the guest
 * @param kind where the two sides are
 */
public record SoakSettings(
        Duration atMost, long switchovers, long seed, AcceleratorKind accelerator, Kind kind) {

    /** Where the two sides are, and whether they are harmed. */
    public enum Kind {
        /** Both in this process: fast. */
        ONE_PROCESS,
        /** Each in a process of its own. */
        PROCESSES,
        /** The same, and the processes are frozen and killed. */
        MORTAL_PROCESSES
    }

    /** Checks the signs. */
    public SoakSettings {
        if (atMost.isNegative() || switchovers < 0) {
            throw new IllegalArgumentException(
                    "Negative: atMost=%s switchovers=%d".formatted(atMost, switchovers));
        }
    }
}
