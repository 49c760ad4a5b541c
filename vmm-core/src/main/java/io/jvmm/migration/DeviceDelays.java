package io.jvmm.migration;

/**
 * How slow the devices of a machine are on purpose; both 0 but for demonstrations and tests.
 *
 * @param saveMillis how long the save of the first device takes at least, in each migration
 * @param loadMillis how long the load of the first device takes at least, in each migration
 */
public record DeviceDelays(long saveMillis, long loadMillis) {
    /** Not slowed down. */
    public static final DeviceDelays NONE = new DeviceDelays(0, 0);

    /** Checks the values. */
    public DeviceDelays {
        if (saveMillis < 0 || loadMillis < 0) {
            throw new IllegalArgumentException(
                    "A delay is negative: saveMillis=%d loadMillis=%d"
                            .formatted(saveMillis, loadMillis));
        }
    }
}
