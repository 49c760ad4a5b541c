package io.jvmm.cli.soak;

import java.util.SplittableRandom;

/**
 * The life of one guest: it is made, goes through a few rounds, and ends. All of it follows from
 * one seed.
 */
final class Life {
    /** The guest remembers its eight longest pauses: it must not live much longer than that. */
    static final int ROUNDS = 4;

    private final long seed;
    private final Soak.Setting setting;
    private final SoakReport report;

    Life(long seed, Soak.Setting setting, SoakReport report) {
        this.seed = seed;
        this.setting = setting;
        this.report = report;
    }

    /** Lives through so many rounds at most. */
    void live(long rounds) {
        SplittableRandom seeds = new SplittableRandom(seed);
        RoundPlan plan = draw(seeds);
        VmmFactory factory = setting.factory();
        Vmm waiting = factory.waiting(plan.delays());
        Sides sides = new Sides(factory.withGuest(plan.delays()), waiting);
        try {
            for (int round = 1; round <= Math.min(rounds, ROUNDS); round++) {
                RoundResult result =
                        new Round(sides, plan, setting.directory(), setting.watch()).run();
                report.add(seed, round, plan, result);
                plan = draw(seeds);
                switch (result.next()) {
                    case SAME -> {
                        sides.destination().close();
                        sides = new Sides(sides.source(), factory.waiting(plan.delays()));
                    }
                    case SWAPPED -> sides = new Sides(sides.destination(), sides.source());
                    case END -> {
                        return;
                    }
                }
            }
        } finally {
            sides.source().close();
            sides.destination().close();
        }
    }

    private RoundPlan draw(SplittableRandom seeds) {
        return RoundPlan.of(seeds.nextLong(), setting.harmful());
    }
}
