package io.jvmm.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What goes on beside the aborts, in the same process. */
enum AbortLoad {
    /** Nothing of the benchmark's own. */
    IDLE,
    /** One thread allocates as fast as it can, and keeps some of it: collections all the time. */
    GC,
    /** As many threads as there are processors do nothing but spin. */
    BUSY;

    private static final int KEPT = 512;
    private static final int CHUNK = 32 << 10;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static AbortLoad of(String label) {
        return Arrays.stream(values())
                .filter(load -> load.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "Unknown load: "
                                        + label
                                        + "; there are: "
                                        + Arrays.stream(values())
                                                .map(AbortLoad::label)
                                                .collect(Collectors.joining(" "))));
    }

    /** Begins; ends when closed. */
    Running start() {
        return switch (this) {
            case IDLE -> new Running(0, AbortLoad::spin);
            case GC -> new Running(1, AbortLoad::allocate);
            case BUSY -> new Running(Runtime.getRuntime().availableProcessors(), AbortLoad::spin);
        };
    }

    private static void spin() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void allocate() {
        byte[][] kept = new byte[KEPT][];
        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            kept[i % KEPT] = new byte[CHUNK];
        }
    }

    /** Threads that make the load. */
    static final class Running implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();

        private Running(int count, Runnable body) {
            for (int i = 0; i < count; i++) {
                threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(body));
            }
        }

        @Override
        public void close() {
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
