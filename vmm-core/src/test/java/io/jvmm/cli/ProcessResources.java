package io.jvmm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds, by name so that a leak says what it is.
 *
 * @param threads the threads' names, but for those of the just-in-time compilers, which come and go
 * @param descriptors what the open descriptors are
 * @param mappings what is mapped shared: guest RAM and vCPUs
 */
record ProcessResources(List<String> threads, List<String> descriptors, List<String> mappings) {
    static ProcessResources of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            return new ProcessResources(threads(process), descriptors(process), mappings(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the process holds the same again; what is still there then is a leak. */
    void awaitAgain(TestVm vm) {
        vm.until(
                "it holds what it held: before=" + this,
                () -> {
                    ProcessResources now = of(vm.pid());
                    return equals(now);
                });
    }

    String summary() {
        return "%d threads, %d descriptors, %d shared mappings"
                .formatted(threads.size(), descriptors.size(), mappings.size());
    }

    private static List<String> threads(Path process) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path task : list(process.resolve("task"))) {
            try {
                String name = Files.readString(task.resolve("comm")).strip();
                if (!name.contains("CompilerThre")) {
                    names.add(name);
                }
            } catch (NoSuchFileException _) {
                // It has just ended.
            }
        }
        return sorted(names);
    }

    /** The numbers of sockets and pipes differ from time to time; their kinds do not. */
    private static List<String> descriptors(Path process) throws IOException {
        List<String> targets = new ArrayList<>();
        for (Path descriptor : list(process.resolve("fd"))) {
            try {
                String target = Files.readSymbolicLink(descriptor).toString();
                targets.add(target.replaceAll(":\\[[0-9]+\\]", ""));
            } catch (NoSuchFileException _) {
                // It has just been closed.
            }
        }
        return sorted(targets);
    }

    private static List<String> mappings(Path process) throws IOException {
        List<String> shared = new ArrayList<>();
        for (String line : Files.readAllLines(process.resolve("maps"))) {
            String[] fields = line.split(" +", 6);
            if (fields[1].endsWith("s")) {
                shared.add(fields[1] + " " + fields[5]);
            }
        }
        return sorted(shared);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static List<String> sorted(List<String> names) {
        Collections.sort(names);
        return List.copyOf(names);
    }
}
