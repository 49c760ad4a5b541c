package io.jvmm.cli.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Life after life, until the time is over or there were enough switchovers. */
public final class Soak {
    private static final long ROUNDS_BETWEEN_WORDS = 500;

    private final SoakSettings settings;
    private final Consumer<String> say;

    /**
     * Prepares a soak.
     *
     * @param settings what it is told
     * @param say takes each line of its progress
     */
    public Soak(SoakSettings settings, Consumer<String> say) {
        this.settings = settings;
        this.say = say;
    }

    /**
     * What all lives have in common.
     *
     * @param factory makes the two sides
     * @param directory for sockets and logs
     * @param watch looks at both sides
     * @param harmful whether processes are harmed
     */
    record Setting(VmmFactory factory, Path directory, RunWatch watch, boolean harmful) {}

    /**
     * Runs to the end.
     *
     * @return what was seen
     * @throws IOException if there is no place for its sockets
     */
    public SoakReport run() throws IOException {
        Path directory = Files.createTempDirectory("jvmm-soak");
        try (RunWatch watch = new RunWatch()) {
            boolean harmful = settings.kind() == SoakSettings.Kind.MORTAL_PROCESSES;
            Setting setting = new Setting(factory(directory), directory, watch, harmful);
            SoakReport report = new SoakReport();
            live(setting, report);
            report.looked(watch.looks());
            return report;
        } finally {
            remove(directory);
        }
    }

    private VmmFactory factory(Path directory) {
        return switch (settings.kind()) {
            case ONE_PROCESS -> new LocalVmms(settings.accelerator());
            case PROCESSES, MORTAL_PROCESSES ->
                    new ChildVmms(settings.accelerator().label(), directory);
        };
    }

    private void live(Setting setting, SoakReport report) {
        long end = System.nanoTime() + settings.atMost().toNanos();
        long nextWord = ROUNDS_BETWEEN_WORDS;
        long seed = settings.seed();
        while (System.nanoTime() - end < 0 && report.rounds() < settings.switchovers()) {
            new Life(seed, setting, report).live(settings.switchovers() - report.rounds());
            if (report.rounds() >= nextWord) {
                say.accept("after %d switchovers: seed %d".formatted(report.rounds(), seed));
                nextWord += ROUNDS_BETWEEN_WORDS;
            }
            seed++;
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
