package io.jvmm.migration;

import io.jvmm.stream.BufferList;
import io.jvmm.stream.ByteSink;
import io.jvmm.stream.NanoClock;

/** Passes bytes on, and knows how long that took. One thread; no allocation. */
final class TimedSink implements ByteSink {
    private final ByteSink sink;
    private final NanoClock clock;
    private long nanos;

    TimedSink(ByteSink sink, NanoClock clock) {
        this.sink = sink;
        this.clock = clock;
    }

    @Override
    public void write(BufferList buffers) {
        long begin = clock.nanoTime();
        try {
            sink.write(buffers);
        } finally {
            nanos += clock.nanoTime() - begin;
        }
    }

    /** How long all writes so far took together. */
    long nanos() {
        return nanos;
    }
}
