package io.jvmm.guest.kvm;

import java.lang.management.ManagementFactory;

/** Counts the heap bytes that the calling thread allocates. */
final class HeapBytes {
    private static final int COUNTED = 1000;
    private static final int BATCHES = 5;

    private HeapBytes() {}

    /**
     * Heap bytes of a thousand runs. The smallest of some counts, because a compiled method that is
     * thrown away moves objects to the heap once, and method handles settle in the first few
     * hundred calls.
     */
    static long ofThousand(Runnable code) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < COUNTED; i++) {
                code.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
