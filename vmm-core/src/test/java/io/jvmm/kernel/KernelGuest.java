package io.jvmm.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The booted kernel that runs the tests, and what it reports. {@code boot.sh} prepares and boots
 * it, and ends it when it takes too long; its messages and the guest's console are kept as files.
 */
final class KernelGuest implements AutoCloseable {
    private static final Path SCRIPT = Path.of("src/test/kernel/boot.sh");
    private static final int CANNOT = 77;
    private static final int SHOWN_LINES = 30;

    private final Path directory;
    private final Process process;
    private final BufferedReader results;

    private KernelGuest(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
        this.results = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Boots it; does not wait for it.
     *
     * @param directory for its files
     * @param pattern of the names of the test classes to run
     */
    static KernelGuest boot(Path directory, String pattern) {
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve("console.log"));
            GuestPayload.make(directory.resolve("app"), pattern);
            Process process =
                    new ProcessBuilder(SCRIPT.toString(), directory.toString())
                            .redirectError(directory.resolve("boot.log").toFile())
                            .start();
            KernelGuest guest = new KernelGuest(directory, process);
            Runtime.getRuntime().addShutdownHook(new Thread(guest::close));
            return guest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next event; after the last line it is always {@code Lost}. */
    GuestEvent next() {
        try {
            @Nullable String line = results.readLine();
            return line == null ? new GuestEvent.Lost() : GuestEvent.fromLine(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end: whether it could not be booted for want of a program or a package. */
    boolean lacksSomething() {
        return process.onExit().join().exitValue() == CANNOT;
    }

    /** What the scripts and QEMU have said. */
    String messages() {
        return String.join("\n", lines("boot.log").stream().limit(SHOWN_LINES).toList());
    }

    /** What went wrong, as far as its files tell. */
    String story() {
        List<String> console = lines("console.log");
        int first = Math.max(0, console.size() - SHOWN_LINES);
        return "status %d%n%s%n%s"
                .formatted(
                        process.onExit().join().exitValue(),
                        messages(),
                        String.join("\n", console.subList(first, console.size())));
    }

    private List<String> lines(String name) {
        Path file = directory.resolve(name);
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file, StandardCharsets.ISO_8859_1)
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
