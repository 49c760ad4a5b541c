package io.jvmm.benchmarks;

import io.jvmm.machine.AcceleratorKind;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the abort benchmark measures: each accelerator with each number of devices under each load.
 *
 * @param count aborts for which the source's watch has fired
 * @param seconds when to stop although there are fewer, and again for the bare loop
 * @param accelerators each measured by itself
 * @param limitMillis the whole limit ({@code downtime-limit}, {@code switchover-limit} being 0) of
 *     a guest without devices
 * @param devices numbers of devices
 * @param loads what goes on beside
 */
record AbortOptions(
        int count,
        int seconds,
        List<AcceleratorKind> accelerators,
        int limitMillis,
        List<Integer> devices,
        List<AbortLoad> loads) {
    private static final int ENOUGH_FOR_P999 = 5000;
    private static final int HOUR = 3600;
    private static final int SHORT_LIMIT = 20;

    /** So that the limit breaks when the devices have stopped. */
    private static final int MILLIS_PER_DEVICE = 10;

    static AbortOptions parse(List<String> options) {
        Arguments arguments =
                new Arguments(
                        options,
                        List.of("count", "seconds", "accel", "downtime-limit", "devices", "load"));
        String accel = arguments.text("accel", "all");
        return new AbortOptions(
                arguments.count("count", ENOUGH_FOR_P999),
                arguments.count("seconds", HOUR),
                accel.equals("all")
                        ? List.of(AcceleratorKind.values())
                        : List.of(AcceleratorKind.of(accel)),
                arguments.count("downtime-limit", SHORT_LIMIT),
                arguments.numbers("devices", 0, 0),
                Arrays.stream(arguments.text("load", "idle").split(",", -1))
                        .map(AbortLoad::of)
                        .toList());
    }

    /** The limit of a guest with so many devices. */
    int limitMillis(int count) {
        return limitMillis + MILLIS_PER_DEVICE * count;
    }

    long nanos() {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
