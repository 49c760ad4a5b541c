package io.jvmm.linux;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Counts the heap bytes that the calling thread allocates. The JDK's bean is found by name, because
 * the module under test has no need to read the management module.
 */
public final class Allocation {
    private static final int LINKED_AND_CUSTOMIZED =
            300; // calls after which a method handle does not change any more
    private static final int COUNTED = 1000;
    private static final int BATCHES = 5;

    private static final MethodHandle ALLOCATED = allocated();

    private Allocation() {}

    /**
     * Heap bytes of a thousand runs, after a few hundred that let method handles settle. The
     * smallest of some counts, because a compiled method that is thrown away moves objects to the
     * heap once.
     */
    public static long ofThousand(Runnable code) {
        run(code, LINKED_AND_CUSTOMIZED);
        bytes();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < BATCHES; i++) {
            long before = bytes();
            run(code, COUNTED);
            least = Math.min(least, bytes() - before);
        }
        return least;
    }

    private static void run(Runnable code, int times) {
        for (int i = 0; i < times; i++) {
            code.run();
        }
    }

    private static long bytes() {
        try {
            return (long) ALLOCATED.invoke();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle allocated() {
        try {
            Object bean =
                    Class.forName("java.lang.management.ManagementFactory")
                            .getMethod("getThreadMXBean")
                            .invoke(null);
            return MethodHandles.publicLookup()
                    .findVirtual(
                            Class.forName("com.sun.management.ThreadMXBean"),
                            "getCurrentThreadAllocatedBytes",
                            MethodType.methodType(long.class))
                    .bindTo(bean);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
