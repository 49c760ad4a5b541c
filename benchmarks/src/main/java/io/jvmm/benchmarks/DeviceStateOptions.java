package io.jvmm.benchmarks;

import java.util.List;

/**
 * What the benchmark of the devices' state measures.
 *
 * @param devices numbers of devices, each measured by itself
 * @param stateBytes of each device
 * @param rounds migrations of each
 */
record DeviceStateOptions(List<Integer> devices, long stateBytes, int rounds) {
    private static final long MEBIBYTE = 1 << 20;

    static DeviceStateOptions parse(List<String> options) {
        Arguments arguments = new Arguments(options, List.of("devices", "state-mib", "rounds"));
        return new DeviceStateOptions(
                arguments.numbers("devices", 1, 1),
                arguments.count("state-mib", 1024) * MEBIBYTE,
                arguments.count("rounds", 5));
    }
}
