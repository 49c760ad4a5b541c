package io.jvmm.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The ioctl in a C program that times itself: written, compiled and run here. */
final class CTimer {
    private static final String SOURCE =
            """
            #include <fcntl.h>
            #include <stdio.h>
            #include <sys/ioctl.h>
            #include <time.h>

            static double now(void) {
                struct timespec t;
                clock_gettime(CLOCK_MONOTONIC, &t);
                return t.tv_sec * 1e9 + t.tv_nsec;
            }

            int main(void) {
                int kvm = open("@DEVICE@", O_RDWR);
                if (kvm < 0) return 1;
                for (int round = 0; round < @ROUNDS@; round++) {
                    double begin = now();
                    for (int i = 0; i < @CALLS@; i++) {
                        if (ioctl(kvm, @REQUEST@UL, 0) < 0) return 1;
                    }
                    printf("%f\\n", (now() - begin) / @CALLS@);
                }
                return 0;
            }
            """;

    private CTimer() {}

    /** Whether there is a C compiler. */
    static Optional<String> whyNot() {
        try {
            output(List.of("gcc", "--version"));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("there is no gcc: " + e.getMessage());
        }
    }

    /**
     * Measures.
     *
     * @return nanoseconds per call, one figure per round
     * @throws IOException if the program cannot be made, or fails
     */
    static List<Double> measure(int rounds, int callsPerRound) throws IOException {
        Path directory = Files.createTempDirectory("jvmm-ioctl");
        Path source = directory.resolve("ioctl.c");
        Path program = directory.resolve("ioctl");
        long request = IoctlBenchmark.KVM_GET_API_VERSION.request();
        try {
            Files.writeString(
                    source,
                    SOURCE.replace("@DEVICE@", IoctlBenchmark.DEVICE)
                            .replace("@ROUNDS@", Integer.toString(rounds))
                            .replace("@CALLS@", Integer.toString(callsPerRound))
                            .replace("@REQUEST@", Long.toString(request)));
            output(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
            return output(List.of(program.toString())).lines().map(Double::valueOf).toList();
        } finally {
            Files.deleteIfExists(program);
            Files.deleteIfExists(source);
            Files.delete(directory);
        }
    }

    private static String output(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.getFirst() + " failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return output;
    }
}
