package io.jvmm.machine;

import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.SwitchoverText;
import io.jvmm.migration.switchover.LedgerLine;
import java.lang.System.Logger.Level;

/**
 * Puts an attempt that is over into the JFR recording, if one runs, and into the log of {@value
 * #LOGGER} at level DEBUG.
 */
final class SwitchoverRecording {
    static final String LOGGER = "io.jvmm.switchover";

    private static final System.Logger LOG = System.getLogger(LOGGER);

    private SwitchoverRecording() {}

    static void commit(String machine, SwitchoverInfo attempt) {
        SwitchoverAttemptEvent event = new SwitchoverAttemptEvent();
        if (event.shouldCommit()) {
            event.fill(machine, attempt);
            event.commit();
        }
        for (LedgerLine line : attempt.lines()) {
            SwitchoverPhaseEvent phase = new SwitchoverPhaseEvent();
            if (phase.shouldCommit()) {
                phase.fill(machine, attempt, line);
                phase.commit();
            }
        }
        if (LOG.isLoggable(Level.DEBUG)) {
            LOG.log(Level.DEBUG, "machine {0}: {1}", machine, SwitchoverText.of(attempt));
        }
    }
}
