package io.jvmm.cli.soak;

import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import java.util.Optional;
import java.util.Set;

/**
 * What a person does when the link does not come back: looks at both sides, and tells them who has
 * the guest. Knows which side is dead, so no word of it is false.
 */
final class Operator {
    private static final long SECONDS = 20;
    private static final String PREPARED = "prepared";
    private static final String UNKNOWN = "handover-unknown";

    private final Vmm source;
    private final Vmm destination;

    Operator(Sides sides) {
        source = sides.source();
        destination = sides.destination();
    }

    /** Both live, and cannot reach each other. The result is who has the guest. */
    Vmm settle(boolean keepAtSource) {
        awaitStandstill();
        String there = destination.runState();
        if (there.equals(PREPARED) && keepAtSource) {
            resolve(destination, "drop", false);
        }
        if (there.equals(Vmm.RUNNING) || (there.equals(PREPARED) && !keepAtSource)) {
            resolve(source, "give-up", false);
            if (there.equals(PREPARED)) {
                resolve(destination, "run", true); // the source has given up: as good as dead
            }
            return destination;
        }
        resolve(source, "resume", true); // the destination has given up
        return source;
    }

    /** The source is dead. The result is who has the guest, if anybody. */
    Optional<Vmm> sourceIsDead() {
        awaitStandstill();
        if (destination.runState().equals(PREPARED)) {
            resolve(destination, "run", true);
        }
        return destination.runState().equals(Vmm.RUNNING)
                ? Optional.of(destination)
                : Optional.empty();
    }

    /** The destination is dead. The result is who has the guest, if anybody. */
    Optional<Vmm> destinationIsDead() {
        Patience.until(SECONDS, () -> !Round.UNDER_WAY.contains(source.status()));
        if (source.status().equals(UNKNOWN)) {
            resolve(source, "resume", true);
        }
        return source.runState().equals(Vmm.RUNNING) ? Optional.of(source) : Optional.empty();
    }

    /** Until the destination has done what it will do without the source. */
    private void awaitStandstill() {
        Patience.until(
                SECONDS,
                () ->
                        Set.of(PREPARED, Vmm.RUNNING, "dropped").contains(destination.runState())
                                || destination.status().equals("setup")
                                || destination.status().equals("failed"));
    }

    /** A side that has its answer meanwhile takes no word of a person's any more. */
    private static void resolve(Vmm vmm, String action, boolean peerIsDead) {
        try {
            vmm.ask(
                    "migrate-handover-resolve",
                    new Json.Obj().put("action", action).put("peer-is-dead", peerIsDead));
        } catch (CommandRefusedException e) {
            if (Set.of(PREPARED, UNKNOWN).contains(vmm.status())) {
                throw e;
            }
            return;
        }
        String expected =
                switch (action) {
                    case "run", "resume" -> Vmm.RUNNING;
                    case "drop" -> "dropped";
                    default -> "";
                };
        Patience.until(SECONDS, () -> expected.isEmpty() || vmm.runState().equals(expected));
    }
}
