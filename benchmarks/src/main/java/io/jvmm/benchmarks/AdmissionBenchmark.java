package io.jvmm.benchmarks;

import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.SwitchoverInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * What admission is worth: whole migrations over a line that varies, with one attempt each, by the
 * policy that learns and by the bare rule, one after the other with the same seed.
 */
final class AdmissionBenchmark {
    private static final List<String> POLICIES = List.of("learned", "downtime-limit");

    private final AdmissionOptions options;
    private final PrintStream out;

    AdmissionBenchmark(AdmissionOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        out.printf(
                "# 64 MiB interp guest that dirties 8 MiB/s, line of 40, 80 or 160 MB/s for up to"
                        + " 400 ms; downtime-limit %d ms, switchover-limit %d ms; %s%n",
                options.downtimeMillis(), options.moreMillis(), Host.load());
        Tally[] tallies = {new Tally(), new Tally()};
        try (AdmissionStage learned = new AdmissionStage(options, POLICIES.getFirst());
                AdmissionStage bare = new AdmissionStage(options, POLICIES.getLast())) {
            for (int i = 0; i < options.count(); i++) {
                tallies[0].add(learned.migrateOnce(i));
                tallies[1].add(bare.migrateOnce(i));
            }
        }
        out.printf(
                "%-16s %10s %10s %14s %10s %22s%n",
                "policy",
                "migrations",
                "moved",
                "stops in vain",
                "not moved",
                "mean total time ms");
        for (int i = 0; i < tallies.length; i++) {
            out.println(tallies[i].row(POLICIES.get(i)));
        }
        out.println("# after: " + Host.load());
    }

    /** What became of one policy's migrations. */
    private static final class Tally {
        private int moved;
        private int vain;
        private int other;
        private long totalMillis;

        void add(MigrationInfo info) {
            SwitchoverInfo switchover = info.switchover();
            if (info.status() == MigrationStatus.COMPLETED) {
                moved++;
            } else if (switchover != null && switchover.abort() != null) {
                vain++;
            } else {
                other++;
            }
            totalMillis += info.times() == null ? 0 : info.times().total();
        }

        String row(String policy) {
            int all = moved + vain + other;
            return "%-16s %10d %10d %14d %10d %22d"
                    .formatted(policy, all, moved, vain, other, totalMillis / Math.max(1, all));
        }
    }
}
