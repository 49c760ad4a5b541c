package io.jvmm.vfio.check;

import io.jvmm.vfio.MigrationSupport;
import java.util.List;
import java.util.Optional;

/**
 * All that was found out about a device.
 *
 * @param device its name
 * @param second the name of the device that its state was moved to; empty if back into itself
 * @param support which optional states it says it has
 * @param transitions the pairs of states, row by row; fewer if the run broke off
 * @param checks everything else
 */
public record CheckReport(
        String device,
        Optional<String> second,
        MigrationSupport support,
        List<TransitionResult> transitions,
        List<CheckResult> checks) {
    /** Takes copies. */
    public CheckReport {
        transitions = List.copyOf(transitions);
        checks = List.copyOf(checks);
    }

    /**
     * Whether nothing failed.
     *
     * @return true also if something was skipped
     */
    public boolean passed() {
        return transitions.stream().noneMatch(each -> each.mark() == Mark.FAILED)
                && checks.stream().noneMatch(each -> each.outcome() == Outcome.FAILED);
    }
}
