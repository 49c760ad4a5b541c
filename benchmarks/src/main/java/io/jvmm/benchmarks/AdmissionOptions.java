package io.jvmm.benchmarks;

import java.util.List;

/**
 * What the admission benchmark measures.
 *
 * @param count migrations with each policy
 * @param downtimeMillis {@code downtime-limit}
 * @param moreMillis {@code switchover-limit}: what the limit has beyond it
 */
record AdmissionOptions(int count, int downtimeMillis, int moreMillis) {
    private static final int MIGRATIONS = 100;
    private static final int DOWNTIME_MILLIS = 100;
    private static final int MORE_MILLIS = 50;

    static AdmissionOptions parse(List<String> options) {
        Arguments arguments =
                new Arguments(options, List.of("count", "downtime-limit", "switchover-limit"));
        return new AdmissionOptions(
                arguments.count("count", MIGRATIONS),
                arguments.count("downtime-limit", DOWNTIME_MILLIS),
                arguments.count("switchover-limit", MORE_MILLIS));
    }
}
