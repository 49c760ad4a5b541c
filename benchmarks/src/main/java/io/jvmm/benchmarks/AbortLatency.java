package io.jvmm.benchmarks;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.migration.switchover.GcPauses;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.monitor.StressReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whole switchovers, aborted by their limit because the destination is slow: how late the watch
 * fires, and how long from there until the guest executes its next instruction at the source. And
 * beside it, in the same run and under the same load, the bare stop and resume of the same guest.
 */
final class AbortLatency {
    private static final Path KVM = Path.of(IoctlBenchmark.DEVICE);

    private final AbortOptions options;
    private final PrintStream out;

    AbortLatency(AbortOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        for (AcceleratorKind kind : options.accelerators()) {
            if (kind == AcceleratorKind.KVM && !Files.isWritable(KVM)) {
                out.println("kvm skipped: " + KVM + " is not there or not writable");
                continue;
            }
            for (int devices : options.devices()) {
                for (AbortLoad load : options.loads()) {
                    measure(new Scenario(kind, devices, load));
                }
            }
        }
    }

    /** One table. */
    private record Scenario(AcceleratorKind accelerator, int devices, AbortLoad load) {
        String name() {
            return "%s, devices %d, %s".formatted(accelerator.label(), devices, load.label());
        }
    }

    private void measure(Scenario scenario) throws IOException, InterruptedException {
        int limitMillis = options.limitMillis(scenario.devices());
        long limit = TimeUnit.MILLISECONDS.toNanos(limitMillis);
        out.printf(
                "# %s: %d MiB guest, unix socket, limit %d ms; %s%n",
                scenario.name(), StressMachine.MEMORY_BYTES >> 20, limitMillis, Host.load());
        warmUp(scenario, limitMillis);
        Aborts aborts = new Aborts(limit);
        try (AbortStage stage = stage(scenario, limitMillis, aborts)) {
            String before = leftovers();
            collect(scenario, stage, aborts);
            out.println("# " + before + " before, " + leftovers() + " after; " + Host.load());
            requireHealthy(stage.report());
        }
        out.println(Distribution.header(scenario.name()));
        aborts.print(out);
        compareWithBareLoop(scenario);
    }

    private void warmUp(Scenario scenario, int limitMillis)
            throws IOException, InterruptedException {
        Aborts ignored = new Aborts(limitMillis);
        try (AbortStage stage = stage(scenario, limitMillis, ignored)) {
            ignored.collect(stage, 1, Long.MAX_VALUE);
        }
    }

    private static AbortStage stage(Scenario scenario, int limitMillis, Aborts aborts)
            throws IOException {
        return new AbortStage(
                scenario.accelerator(), scenario.devices(), limitMillis, aborts.clock);
    }

    private void collect(Scenario scenario, AbortStage stage, Aborts aborts)
            throws InterruptedException {
        GcPauses pauses = new GcPauses();
        try (AbortLoad.Running _ = scenario.load().start()) {
            pauses.begin();
            aborts.collect(stage, options.count(), System.nanoTime() + options.nanos());
        }
        List<LedgerLine> collections = pauses.lines(LedgerSide.SOURCE);
        for (LedgerLine each : collections) {
            out.printf("# %s: %d ms%n", each.describe(), each.spentNanos() / 1_000_000);
        }
    }

    private void compareWithBareLoop(Scenario scenario) throws InterruptedException {
        long hold = TimeUnit.MILLISECONDS.toNanos(options.limitMillis());
        try (AbortLoad.Running _ = scenario.load().start();
                BareLoop loop = new BareLoop(scenario.accelerator())) {
            loop.run(options.count(), hold, System.nanoTime() + options.nanos());
            out.println(loop.stop().row("bare: request to stopped"));
            out.println(loop.release().row("bare: decided to vCPU released"));
            out.println(loop.firstInstruction().row("bare: decided to next instruction"));
        }
        out.println("# after the bare loop: " + Host.load());
    }

    private static String leftovers() {
        return Host.threads() + " threads and " + Host.descriptors() + " descriptors";
    }

    private void requireHealthy(StressReport guest) {
        if (guest.wrongPages() != 0) {
            throw new IllegalStateException(
                    "The guest's memory is wrong: wrongPages=" + guest.wrongPages());
        }
        out.printf("# guest: %d pages verified, %d written%n", guest.pages(), guest.work());
    }
}
