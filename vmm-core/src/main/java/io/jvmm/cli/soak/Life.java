package io.jvmm.cli.soak;

import io.jvmm.migration.DeviceDelays;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The life of one guest: it is made, goes through a few rounds, and ends. All of it follows from
 * one seed.
 */
final class Life {
    /** The guest remembers its eight longest pauses: it must not live much longer than that. */
    static final int ROUNDS = 4;

    private final long seed;
    private final VmmFactory factory;
    private final Path directory;
    private final RunWatch watch;
    private final SoakReport report;

    Life(long seed, VmmFactory factory, Path directory, RunWatch watch, SoakReport report) {
        this.seed = seed;
        this.factory = factory;
        this.directory = directory;
        this.watch = watch;
        this.report = report;
    }

    /** Lives through so many rounds at most. */
    void live(long rounds) {
        SplittableRandom seeds = new SplittableRandom(seed);
        RoundPlan plan = RoundPlan.of(seeds.nextLong());
        Vmm source = factory.withGuest(plan.delays());
        Vmm destination = factory.waiting(plan.delays());
        try {
            for (int round = 1; round <= Math.min(rounds, ROUNDS); round++) {
                RoundResult result =
                        new Round(new Sides(source, destination), plan, directory, watch).run();
                report.add(seed, round, plan, result);
                if (result.runner().isEmpty()) {
                    return;
                }
                plan = RoundPlan.of(seeds.nextLong());
                if (result.runner().get() == destination) {
                    Vmm before = source;
                    source = destination;
                    destination = before;
                } else {
                    destination.close();
                    destination = factory.waiting(plan.delays());
                }
            }
        } finally {
            source.close();
            destination.close();
        }
    }
}
