package io.jvmm.benchmarks;

import io.jvmm.machine.AcceleratorKind;
import java.util.List;

/**
 * What the abort benchmark measures.
 *
 * @param count aborts for which the source's watch has fired
 * @param accelerators each measured by itself
 * @param limitMillis the whole limit ({@code downtime-limit}, {@code switchover-limit} being 0)
 */
record AbortOptions(int count, List<AcceleratorKind> accelerators, int limitMillis) {
    private static final int ENOUGH_FOR_P999 = 5000;
    private static final int SHORT_LIMIT = 20;

    static AbortOptions parse(List<String> options) {
        Arguments arguments = new Arguments(options, List.of("count", "accel", "downtime-limit"));
        String accel = arguments.text("accel", "all");
        return new AbortOptions(
                arguments.count("count", ENOUGH_FOR_P999),
                accel.equals("all")
                        ? List.of(AcceleratorKind.values())
                        : List.of(AcceleratorKind.of(accel)),
                arguments.count("downtime-limit", SHORT_LIMIT));
    }
}
