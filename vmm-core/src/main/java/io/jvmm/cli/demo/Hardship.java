package io.jvmm.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * What is made hard in a story.
 *
 * @param loadDelayMillis by how much the destination loads slower
 * @param sourceDevice how the source's device behaves, as options of {@code vfio-user-device}
 */
record Hardship(long loadDelayMillis, List<String> sourceDevice) {
    private static final long DEVICE_STATE = 4L << 20;
    private static final long MILLIS_PER_SECOND = 1000;

    /** Nothing is hard. */
    static Hardship none() {
        return new Hardship(0, device());
    }

    /** The destination loads that much too slowly. */
    static Hardship slowLoad(long millis) {
        return new Hardship(millis, device());
    }

    /** The source's device takes that long to give its state. */
    static Hardship slowDevice(long millis) {
        List<String> slow = new ArrayList<>(device());
        slow.add("--data-rate");
        slow.add(Long.toString(DEVICE_STATE * MILLIS_PER_SECOND / millis));
        return new Hardship(0, slow);
    }

    /** A device that does all it is asked at once. */
    static List<String> device() {
        return List.of("--state-size", Long.toString(DEVICE_STATE));
    }
}
