package io.jvmm.cli.soak;

import io.jvmm.machine.AcceleratorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Life after life, until the time is over or there were enough switchovers. */
public final class Soak {
    private static final long LIVES_BETWEEN_WORDS = 250;

    private final SoakSettings settings;
    private final VmmFactory factory;
    private final Consumer<String> say;

    private Soak(SoakSettings settings, VmmFactory factory, Consumer<String> say) {
        this.settings = settings;
        this.factory = factory;
        this.say = say;
    }

    /**
     * A soak of two virtual machines in this process.
     *
     * @param settings how long, and from which seed
     * @param accelerator what runs the guest
     * @param say takes each line of its progress
     * @return the soak, not yet begun
     */
    public static Soak inThisProcess(
            SoakSettings settings, AcceleratorKind accelerator, Consumer<String> say) {
        return new Soak(settings, new LocalVmms(accelerator), say);
    }

    /**
     * Runs to the end.
     *
     * @return what was seen
     * @throws IOException if there is no place for its sockets
     */
    public SoakReport run() throws IOException {
        Path directory = Files.createTempDirectory("jvmm-soak");
        try (RunWatch watch = new RunWatch()) {
            SoakReport report = new SoakReport();
            long end = System.nanoTime() + settings.atMost().toNanos();
            for (long seed = settings.seed();
                    System.nanoTime() - end < 0 && report.rounds() < settings.switchovers();
                    seed++) {
                new Life(seed, factory, directory, watch, report)
                        .live(settings.switchovers() - report.rounds());
                if ((seed - settings.seed()) % LIVES_BETWEEN_WORDS == LIVES_BETWEEN_WORDS - 1) {
                    say.accept("after %d switchovers: seed %d".formatted(report.rounds(), seed));
                }
            }
            report.looked(watch.looks());
            return report;
        } finally {
            remove(directory);
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
