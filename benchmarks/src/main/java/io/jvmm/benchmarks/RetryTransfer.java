package io.jvmm.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * What further attempts over one connection are worth: a guest whose first switchovers are aborted
 * moves once with them, and once by a new migration after each abort.
 */
final class RetryTransfer {
    private static final double MEBIBYTE = 1 << 20;
    private static final int ABORTS = 3;

    private final int aborts;
    private final PrintStream out;

    RetryTransfer(List<String> options, PrintStream out) {
        this.aborts = new Arguments(options, List.of("aborts")).count("aborts", ABORTS);
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        out.printf(
                "# interp guest of %.0f MiB, %.0f MiB of it in use, %.0f MiB/s dirtied;"
                        + " aborted first: %d; %s%n",
                RetryStage.MEMORY_BYTES / MEBIBYTE,
                RetryStage.WORKING_SET_BYTES / MEBIBYTE,
                RetryStage.BYTES_PER_SECOND / MEBIBYTE,
                aborts,
                Host.load());
        out.printf("%-28s %10s %8s %10s %12s%n", "", "migrations", "stops", "MiB sent", "total ms");
        try (RetryStage stage = new RetryStage()) {
            print("switchover-attempts 0", stage.retrying(aborts));
        }
        try (RetryStage stage = new RetryStage()) {
            print("switchover-attempts 1, anew", stage.anew(aborts));
        }
        out.println("# afterwards: " + Host.load());
    }

    private void print(String name, RetryStage.Cost cost) {
        out.printf(
                "%-28s %10d %8d %10.1f %12d%n",
                name, cost.migrations(), cost.stops(), cost.bytes() / MEBIBYTE, cost.totalMillis());
    }
}
