package io.jvmm.vfio;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY_P2P;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arcs of the migration state machine that a device has, and the shortest way between any two
 * of its states, as {@code enum vfio_device_mig_state} of {@code linux/vfio.h} tells them.
 *
 * <pre>
 *   PRE_COPY ⇄ PRE_COPY_P2P ──► STOP_COPY
 *      ▲│           ▲│             ▲│
 *      │▼           │▼             │▼
 *   RUNNING ⇄ RUNNING_P2P ⇄ ───── STOP ⇄ RESUMING
 * </pre>
 *
 * Where a device has no P2P states, an arc leads past the place of each. The upper row is the
 * saving group: its states share one session of data. A way between two of them stays in the group,
 * and any other way keeps out of it, except for its ends. So nothing leads from STOP_COPY back to
 * PRE_COPY. ERROR is on no way: it is left by a reset.
 *
 * <p>Any thread. {@link #path} and {@link #isArc} allocate nothing, failures excepted.
 */
public final class MigrationArcs {
    private record Arc(DeviceMigrationState from, DeviceMigrationState to) {}

    private static final List<Arc> ARCS =
            List.of(
                    new Arc(RUNNING, RUNNING_P2P),
                    new Arc(RUNNING_P2P, RUNNING),
                    new Arc(RUNNING_P2P, STOP),
                    new Arc(STOP, RUNNING_P2P),
                    new Arc(STOP, RESUMING),
                    new Arc(RESUMING, STOP),
                    new Arc(STOP, STOP_COPY),
                    new Arc(STOP_COPY, STOP),
                    new Arc(RUNNING, PRE_COPY),
                    new Arc(PRE_COPY, RUNNING),
                    new Arc(RUNNING_P2P, PRE_COPY_P2P),
                    new Arc(PRE_COPY_P2P, RUNNING_P2P),
                    new Arc(PRE_COPY, PRE_COPY_P2P),
                    new Arc(PRE_COPY_P2P, PRE_COPY),
                    new Arc(PRE_COPY_P2P, STOP_COPY));

    private static final List<Arc> ARCS_PAST_P2P =
            List.of(new Arc(RUNNING, STOP), new Arc(STOP, RUNNING), new Arc(PRE_COPY, STOP_COPY));

    private final Set<DeviceMigrationState> states;
    private final Map<DeviceMigrationState, Set<DeviceMigrationState>> next;
    private final Map<DeviceMigrationState, Map<DeviceMigrationState, List<DeviceMigrationState>>>
            paths = new EnumMap<>(DeviceMigrationState.class);

    private MigrationArcs(MigrationSupport support) {
        states = states(support);
        next = arcs(support);
        for (DeviceMigrationState from : states) {
            Map<DeviceMigrationState, List<DeviceMigrationState>> ways =
                    new EnumMap<>(DeviceMigrationState.class);
            for (DeviceMigrationState to : states) {
                List<DeviceMigrationState> way = search(from, to);
                if (way != null) {
                    ways.put(to, way);
                }
            }
            paths.put(from, ways);
        }
    }

    /**
     * The arcs of a device.
     *
     * @param support which optional states it has
     * @return its arcs
     */
    public static MigrationArcs of(MigrationSupport support) {
        return new MigrationArcs(support);
    }

    /**
     * The states that the device can be asked to enter.
     *
     * @return all but ERROR and those it does not support
     */
    public Set<DeviceMigrationState> states() {
        return EnumSet.copyOf(states);
    }

    /**
     * Whether one step leads from one state to the other.
     *
     * @param from where the device is
     * @param to where it shall go
     * @return false also for equal states
     */
    public boolean isArc(DeviceMigrationState from, DeviceMigrationState to) {
        Set<DeviceMigrationState> ends = next.get(from);
        return ends != null && ends.contains(to);
    }

    /**
     * The shortest way.
     *
     * @param from where the device is
     * @param to where it shall go
     * @return the states to enter one after the other, the last one is {@code to}; empty if it is
     *     there already
     * @throws VfioException if there is none: a state that the device does not have, ERROR at
     *     either end, STOP_COPY to PRE_COPY or PRE_COPY_P2P
     */
    public List<DeviceMigrationState> path(DeviceMigrationState from, DeviceMigrationState to) {
        Map<DeviceMigrationState, List<DeviceMigrationState>> ways = paths.get(from);
        List<DeviceMigrationState> way = ways == null ? null : ways.get(to);
        if (way == null) {
            throw new VfioException(
                    "No way leads there: from=%s to=%s supported=%s".formatted(from, to, states));
        }
        return way;
    }

    private static Set<DeviceMigrationState> states(MigrationSupport support) {
        Set<DeviceMigrationState> states =
                EnumSet.complementOf(EnumSet.of(ERROR, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P));
        if (support.p2p()) {
            states.add(RUNNING_P2P);
        }
        if (support.preCopy()) {
            states.add(PRE_COPY);
        }
        if (support.p2p() && support.preCopy()) {
            states.add(PRE_COPY_P2P);
        }
        return states;
    }

    private Map<DeviceMigrationState, Set<DeviceMigrationState>> arcs(MigrationSupport support) {
        Map<DeviceMigrationState, Set<DeviceMigrationState>> arcs =
                new EnumMap<>(DeviceMigrationState.class);
        states.forEach(state -> arcs.put(state, EnumSet.noneOf(DeviceMigrationState.class)));
        ARCS.forEach(arc -> add(arcs, arc));
        if (!support.p2p()) {
            ARCS_PAST_P2P.forEach(arc -> add(arcs, arc));
        }
        return arcs;
    }

    private static void add(Map<DeviceMigrationState, Set<DeviceMigrationState>> arcs, Arc arc) {
        Set<DeviceMigrationState> ends = arcs.get(arc.from());
        if (ends != null && arcs.containsKey(arc.to())) {
            ends.add(arc.to());
        }
    }

    /** Breadth first, so that the first way found is a shortest one. */
    private @Nullable List<DeviceMigrationState> search(
            DeviceMigrationState from, DeviceMigrationState to) {
        Map<DeviceMigrationState, DeviceMigrationState> cameFrom =
                new EnumMap<>(DeviceMigrationState.class);
        ArrayDeque<DeviceMigrationState> open = new ArrayDeque<>(List.of(from));
        cameFrom.put(from, from);
        boolean inGroup = from.isSaving() && to.isSaving();
        while (!open.isEmpty()) {
            DeviceMigrationState state = open.remove();
            if (state == to) {
                return trace(cameFrom, from, to);
            }
            for (DeviceMigrationState end : next.getOrDefault(state, Set.of())) {
                if ((end == to || end.isSaving() == inGroup)
                        && cameFrom.putIfAbsent(end, state) == null) {
                    open.add(end);
                }
            }
        }
        return null;
    }

    private static List<DeviceMigrationState> trace(
            Map<DeviceMigrationState, DeviceMigrationState> cameFrom,
            DeviceMigrationState from,
            DeviceMigrationState to) {
        ArrayDeque<DeviceMigrationState> way = new ArrayDeque<>();
        DeviceMigrationState state = to;
        while (state != from) {
            way.addFirst(state);
            state = cameFrom.getOrDefault(state, from);
        }
        return List.copyOf(way);
    }
}
