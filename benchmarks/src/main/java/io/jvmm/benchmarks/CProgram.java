package io.jvmm.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A program in C to compare with: written, compiled and run here, and then forgotten. */
final class CProgram {
    private CProgram() {}

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
     * Compiles with {@code gcc -O2 -pthread} and runs.
     *
     * @return what it printed, a number per line
     * @throws IOException if it cannot be made, or fails
     */
    static List<Double> run(String source, String... arguments) throws IOException {
        Path directory = Files.createTempDirectory("jvmm-c");
        Path text = directory.resolve("program.c");
        Path program = directory.resolve("program");
        try {
            Files.writeString(text, source);
            output(List.of("gcc", "-O2", "-pthread", "-o", program.toString(), text.toString()));
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(List.of(arguments));
            return output(command).lines().map(Double::valueOf).toList();
        } finally {
            Files.deleteIfExists(program);
            Files.deleteIfExists(text);
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
