package io.jvmm.cli.soak;

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
        Sides sides =
                new Sides(factory.withGuest(plan.delays()), factory.waiting(plan.delays()));
        try {
            for (int round = 1; round <= Math.min(rounds, ROUNDS); round++) {
                RoundResult result = new Round(sides, plan, directory, watch).run();
                report.add(seed, round, plan, result);
                plan = RoundPlan.of(seeds.nextLong());
                switch (result.runner()) {
                    case SOURCE -> {
                        sides.destination().close();
                        sides = new Sides(sides.source(), factory.waiting(plan.delays()));
                    }
                    case DESTINATION -> sides = new Sides(sides.destination(), sides.source());
                    case NOBODY -> {
                        return;
                    }
                }
            }
        } finally {
            sides.source().close();
            sides.destination().close();
        }
    }
}
