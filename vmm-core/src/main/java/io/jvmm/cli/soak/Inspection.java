package io.jvmm.cli.soak;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.monitor.CommandRefusedException;
import java.util.List;
import java.util.Set;

/** The look at both sides after a migration; what must not be is added to a list. */
final class Inspection {
    private static final long SECONDS = 10;

    private final Sides sides;
    private final List<String> violations;

    Inspection(Sides sides, List<String> violations) {
        this.sides = sides;
        this.violations = violations;
    }

    String states() {
        return "source=%s destination=%s"
                .formatted(sides.source().runState(), sides.destination().runState());
    }

    /** Both are in the states that fit, at the latest in a moment. */
    void requireStates(String after, Set<String> atSource, Set<String> atDestination) {
        boolean fit =
                Patience.until(
                        SECONDS,
                        () ->
                                atSource.contains(sides.source().runState())
                                        && atDestination.contains(sides.destination().runState()));
        if (!fit) {
            violations.add("states do not fit after %s: %s".formatted(after, states()));
        }
    }

    /** The guest works, has lost nothing, and every page of it is right. */
    GuestReport requireGuest(Vmm runner, long workBefore) {
        GuestReport first = runner.guest();
        GuestReport[] last = {first};
        boolean works =
                Patience.until(
                        SECONDS,
                        () -> {
                            last[0] = runner.guest();
                            return last[0].work() > first.work();
                        });
        if (!works) {
            violations.add("the guest does not work: " + states());
        }
        if (first.work() < workBefore) {
            violations.add(
                    "the guest went back: work=%d before=%d".formatted(first.work(), workBefore));
        }
        if (last[0].wrongPages() != 0) {
            violations.add("pages are wrong: " + last[0].wrongPages());
        }
        return last[0];
    }

    /** The guest that was handed over does nothing here any more. */
    void requireStill(Vmm vmm) {
        try {
            long work = vmm.guest().work();
            if (vmm.guest().work() != work) {
                violations.add("the guest still works where it was handed over");
            }
        } catch (CommandRefusedException e) {
            violations.add("the guest that was handed over cannot be looked at: " + e.getMessage());
        }
    }
}
