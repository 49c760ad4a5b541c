package io.jvmm.benchmarks;

import io.jvmm.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** {@code jvmm}, which at its end writes into a file how large its heap was. */
final class MeasuredMain {
    private MeasuredMain() {}

    /**
     * Runs {@code jvmm}.
     *
     * @param arguments the file, then those of {@code jvmm}
     */
    public static void main(String[] arguments) {
        Path report = Path.of(arguments[0]);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("report").unstarted(() -> write(report)));
        Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private static void write(Path report) {
        try {
            Files.writeString(report, Long.toString(peakHeap()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The sum of the pools' own peaks: the peak of the whole was at most that. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
