package io.jvmm.stream;

/** A monotonic clock, injected so that tests own the time. */
@FunctionalInterface
public interface NanoClock {
    /**
     * The time now.
     *
     * @return nanoseconds from a fixed but arbitrary origin
     */
    long nanoTime();

    /**
     * The monotonic clock of this host ({@code CLOCK_MONOTONIC}).
     *
     * @return the clock
     */
    static NanoClock system() {
        return System::nanoTime;
    }
}
