package io.jvmm.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.Statistics;

/** Each of the compared ioctls by C, by FFM and by JNA, in one table with the ratio to C. */
final class IoctlComparison {
    private static final int ROUNDS = 5;
    private static final int CALLS = 2_000_000;
    private static final String ROW = "%-24s %8s %8s %8s %8s";

    private final PrintStream out;

    IoctlComparison(PrintStream out) {
        this.out = out;
    }

    /** Measures and prints, or says why not. */
    void run() throws RunnerException, IOException {
        for (ComparedIoctl each : ComparedIoctl.values()) {
            String whyNot = each.whyNot();
            if (whyNot.isEmpty()) {
                compare(each);
            } else {
                out.println(each + " skipped: " + whyNot);
            }
        }
    }

    private void compare(ComparedIoctl ioctl) throws RunnerException, IOException {
        String name = "\\." + ioctl.benchmark().getSimpleName() + "\\.";
        Collection<RunResult> java = new Runner(Benchmarks.options(name).build()).run();
        out.println("# " + Host.load());
        out.println(ROW.formatted(ioctl + ", ns", "min", "median", "max", "ratio"));
        double base = printC(ioctl);
        for (RunResult each : java) {
            print(
                    each.getPrimaryResult().getLabel(),
                    each.getPrimaryResult().getStatistics(),
                    base);
        }
    }

    /** The median of C, or NaN if there is none. */
    private double printC(ComparedIoctl ioctl) throws IOException {
        Optional<String> whyNot = CProgram.whyNot();
        if (whyNot.isPresent()) {
            out.println("C                        skipped: " + whyNot.get());
            return Double.NaN;
        }
        Statistics alone = statistics(CTimer.measure(ioctl, 1, ROUNDS, CALLS));
        double median = alone.getPercentile(50);
        print("C, gcc -O2", alone, median);
        print(
                "C, an idle thread beside",
                statistics(CTimer.measure(ioctl, 2, ROUNDS, CALLS)),
                median);
        return median;
    }

    private void print(String name, Statistics nanos, double base) {
        double median = nanos.getPercentile(50);
        out.println(
                ROW.formatted(
                        name,
                        oneDigit(nanos.getMin()),
                        oneDigit(median),
                        oneDigit(nanos.getMax()),
                        Double.isNaN(base) ? "-" : "%.2f".formatted(median / base)));
    }

    private static Statistics statistics(List<Double> values) {
        return new ListStatistics(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static String oneDigit(double value) {
        return "%.1f".formatted(value);
    }
}
