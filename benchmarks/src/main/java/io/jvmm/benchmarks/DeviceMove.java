package io.jvmm.benchmarks;

import io.jvmm.monitor.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One migration of a guest with its devices.
 *
 * @param downtimeMillis as {@code query-migrate} has it
 * @param phases where the downtime went, the devices added up; nanoseconds by name
 * @param source memory of the process that sent
 * @param destination memory of the process that received
 */
record DeviceMove(
        long downtimeMillis, Map<String, Long> phases, Memory source, Memory destination) {

    private static final String DEVICE = " 0000:\\S+";
    private static final String DEVICES = " (devices)";

    /**
     * A VMM process at its end.
     *
     * @param peakHeap bytes of Java's heap at most
     * @param peakBeyondGuest resident bytes at most, without the guest's RAM
     */
    record Memory(long peakHeap, long peakBeyondGuest) {}

    /** In which the source read the devices' state and sent it. */
    long stateNanos() {
        return phases.getOrDefault("flush of" + DEVICES, 0L);
    }

    /** The phases in a reply to {@code query-migrate}. */
    static Map<String, Long> phases(Json.Obj migration) {
        Map<String, Long> sums = new LinkedHashMap<>();
        Optional<Json> phases = migration.object("switchover").find("phases");
        if (phases.orElse(null) instanceof Json.Arr(List<Json> all)) {
            for (Json each : all) {
                Json.Obj phase = (Json.Obj) each;
                String name = phase.string("name").replaceAll(DEVICE, DEVICES);
                sums.merge(name, phase.integer("ns"), Long::sum);
            }
        }
        return sums;
    }
}
