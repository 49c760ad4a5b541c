package io.jvmm.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The machine and the process that the figures come from. */
final class Host {
    private Host() {}

    /** Run queue and processors, for people: a latency means nothing without them. */
    static String load() {
        return "load "
                + read("/proc/loadavg")
                + ", cpus "
                + Runtime.getRuntime().availableProcessors();
    }

    /** Platform threads of this process, the virtual machine's own included. */
    static long threads() {
        return entries("/proc/self/task");
    }

    /** Open descriptors of this process. */
    static long descriptors() {
        return entries("/proc/self/fd");
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long entries(String directory) {
        try (Stream<Path> entries = Files.list(Path.of(directory))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
