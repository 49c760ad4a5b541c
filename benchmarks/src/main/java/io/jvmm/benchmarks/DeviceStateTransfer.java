package io.jvmm.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Whole migrations of a guest with vfio-user devices, between processes: where the downtime goes,
 * how fast the devices' state is, and how much memory it needs. And beside it, in the same run, a
 * plain copy of the same bytes.
 */
final class DeviceStateTransfer {
    private static final double MEBIBYTE = 1 << 20;
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;
    private static final int HOPS = 3;
    private static final String ROW = "%-44s %10s %10s";

    private final DeviceStateOptions options;
    private final PrintStream out;

    DeviceStateTransfer(DeviceStateOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        for (int devices : options.devices()) {
            measure(devices);
        }
    }

    private void measure(int devices) throws IOException, InterruptedException {
        long bytes = devices * options.stateBytes();
        out.printf(
                "# vfio-user devices: %d, state of each: %.0f MiB; medians of %d; %s%n",
                devices, options.stateBytes() / MEBIBYTE, options.rounds(), Host.load());
        List<DeviceMove> moves = new ArrayList<>();
        List<Long> once = new ArrayList<>();
        List<Long> chain = new ArrayList<>();
        Optional<String> withoutC = CProgram.whyNot();
        try (DeviceStage stage = new DeviceStage(devices, options.stateBytes())) {
            for (int i = 0; i < options.rounds(); i++) {
                if (withoutC.isEmpty()) {
                    once.add(PlainCopy.run(1, bytes));
                    chain.add(PlainCopy.run(HOPS, bytes));
                }
                moves.add(stage.move());
            }
        }
        printRates(bytes, moves, once, chain);
        withoutC.ifPresent(reason -> out.println("# plain copies skipped: " + reason));
        printMemory(moves);
        printPhases(moves);
        out.println("# afterwards: " + Host.load());
    }

    private void printRates(long bytes, List<DeviceMove> moves, List<Long> once, List<Long> chain) {
        out.println(ROW.formatted("the devices' state", "MiB/s", "ms"));
        long nanos = median(moves, DeviceMove::stateNanos);
        if (once.isEmpty()) {
            printRate("migration", bytes, nanos);
            return;
        }
        long onceNanos = median(once, Long::longValue);
        long chainNanos = median(chain, Long::longValue);
        printRate("plain copy, one UNIX socket, C", bytes, onceNanos);
        printRate("plain copy, three in a row, C", bytes, chainNanos);
        printRate("migration", bytes, nanos);
        out.printf(
                "# ratio of the rates, to one socket: %.2f, to three: %.2f%n",
                (double) onceNanos / nanos, (double) chainNanos / nanos);
    }

    private void printRate(String name, long bytes, long nanos) {
        double rate = bytes / MEBIBYTE / (nanos / SECOND);
        out.println(ROW.formatted(name, "%.0f".formatted(rate), "%.1f".formatted(nanos / MILLI)));
    }

    private void printMemory(List<DeviceMove> moves) {
        printMemory("source", moves, DeviceMove::source);
        printMemory("destination", moves, DeviceMove::destination);
    }

    private void printMemory(
            String side, List<DeviceMove> moves, Function<DeviceMove, DeviceMove.Memory> memory) {
        List<DeviceMove.Memory> all = moves.stream().map(memory).toList();
        out.printf(
                "# %s: peak heap %.1f MiB, peak resident beyond the guest's RAM %.1f MiB%n",
                side,
                largest(all, DeviceMove.Memory::peakHeap) / MEBIBYTE,
                largest(all, DeviceMove.Memory::peakBeyondGuest) / MEBIBYTE);
    }

    /** By the phases of the first, in their order. */
    private void printPhases(List<DeviceMove> moves) {
        out.printf("%-44s %10s%n", "downtime by phase", "ms");
        for (String name : moves.getFirst().phases().keySet()) {
            long nanos = median(moves, move -> move.phases().getOrDefault(name, 0L));
            out.printf("%-44s %10.2f%n", name, nanos / MILLI);
        }
        long downtime = median(moves, DeviceMove::downtimeMillis);
        out.printf("%-44s %10d%n", "downtime, query-migrate", downtime);
    }

    private static <T> long largest(List<T> items, ToLongFunction<T> value) {
        return items.stream().mapToLong(value).max().orElseThrow();
    }

    private static <T> long median(List<T> items, ToLongFunction<T> value) {
        long[] sorted = items.stream().mapToLong(value).sorted().toArray();
        return sorted[(sorted.length - 1) / 2];
    }
}
