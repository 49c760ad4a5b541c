package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;

import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.VfioException;

/** What a device must do with a pair of states. */
enum Rule {
    /** Enter the state. To stay where it is counts as entering it. */
    ENTER(""),
    /** Refuse ERROR: it is entered by failing only. */
    ERROR_ASKED("ERROR cannot be asked for"),
    /** Refuse a state that it does not have. */
    UNSUPPORTED("the device says that it does not have the state"),
    /** Refuse to leave RESUMING without a state. */
    NO_DATA("no state has been written"),
    /** Refuse what no way leads to. */
    NO_WAY("no way leads there"),
    /** Nothing: it cannot be brought to where the pair begins. */
    UNREACHABLE("");

    private final String why;

    Rule(String why) {
        this.why = why;
    }

    /** Why it must refuse. */
    String why() {
        return why;
    }

    /** The rule for a pair. */
    static Rule of(MigrationArcs arcs, Transition transition) {
        if (!arcs.states().contains(transition.from())) {
            return UNREACHABLE;
        }
        if (transition.to() == ERROR) {
            return ERROR_ASKED;
        }
        if (!arcs.states().contains(transition.to())) {
            return UNSUPPORTED;
        }
        if (transition.from() == transition.to()) {
            return ENTER;
        }
        if (transition.from() == RESUMING && !transition.loaded()) {
            return NO_DATA;
        }
        return hasWay(arcs, transition) ? ENTER : NO_WAY;
    }

    private static boolean hasWay(MigrationArcs arcs, Transition transition) {
        try {
            return !arcs.path(transition.from(), transition.to()).isEmpty();
        } catch (VfioException _) {
            return false;
        }
    }
}
