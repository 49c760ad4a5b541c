package io.jvmm.vfio.check;

import java.util.stream.LongStream;

/** Collects times. One thread. */
final class Samples {
    private final LongStream.Builder nanos = LongStream.builder();

    void add(long sample) {
        nanos.add(sample);
    }

    /** What has been collected; nothing can be added after it. */
    Timing timing() {
        return Timing.of(nanos.build().toArray());
    }
}
