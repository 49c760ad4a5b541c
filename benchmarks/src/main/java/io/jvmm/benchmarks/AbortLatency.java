package io.jvmm.benchmarks;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.monitor.StressReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Whole switchovers, aborted by their limit because the destination is slow: how late the watch
 * fires, and how long from there until the guest executes its next instruction at the source. And
 * beside it, in the same run, the bare stop and resume of the same guest.
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
            } else {
                measure(kind);
            }
        }
    }

    private void measure(AcceleratorKind kind) throws IOException, InterruptedException {
        Aborts aborts = new Aborts();
        out.printf(
                "# accel %s, %d MiB guest, unix socket, limit %d ms; %s%n",
                kind.label(), StressMachine.MEMORY_BYTES >> 20, options.limitMillis(), Host.load());
        try (AbortStage stage = new AbortStage(kind, options.limitMillis(), aborts.clock)) {
            aborts.collect(stage, 1);
            aborts.clear();
            String before = leftovers();
            aborts.collect(stage, options.count());
            out.println("# after the aborts: " + Host.load());
            out.println("# " + before + " before, " + leftovers() + " after");
            requireHealthy(stage.report());
        }
        out.println("# watch: " + aborts.scheduling);
        out.println("# aborted by the destination first, not counted: " + aborts.byDestination);
        out.println("# failed, for the destination hung up first, not counted: " + aborts.linkLost);
        out.println("# fired before the vCPU had stopped: " + aborts.stillRunning());
        out.println(Distribution.header(kind.label()));
        out.println(aborts.lateness.row("abort: watch late"));
        out.println(aborts.release.row("abort: fired to vCPU released"));
        out.println(aborts.firstInstruction.row("abort: fired to next instruction"));
        out.println(aborts.outage.row("abort: whole pause, by the guest's clock"));
        compareWithBareLoop(kind);
    }

    private void compareWithBareLoop(AcceleratorKind kind) throws InterruptedException {
        try (BareLoop loop = new BareLoop(kind)) {
            loop.run(options.count(), TimeUnit.MILLISECONDS.toNanos(options.limitMillis()));
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

    /** What was measured so far. */
    private static final class Aborts {
        final GuestClock clock = new GuestClock();
        Distribution lateness = new Distribution();
        Distribution release = new Distribution();
        Distribution firstInstruction = new Distribution();
        Distribution outage = new Distribution();
        long byDestination;
        long linkLost;
        String scheduling = "";

        void clear() {
            lateness = new Distribution();
            release = new Distribution();
            firstInstruction = new Distribution();
            outage = new Distribution();
            byDestination = 0;
            linkLost = 0;
        }

        /** Aborts without a pause: the watch fired before the vCPU had come to its stop. */
        long stillRunning() {
            return lateness.count() - firstInstruction.count();
        }

        void collect(AbortStage stage, int count) throws InterruptedException {
            while (lateness.count() < count) {
                MigrationInfo info = stage.abortOnce();
                SwitchoverInfo switchover = info.switchover();
                if (info.status() == MigrationStatus.FAILED) {
                    linkLost++;
                } else if (info.status() == MigrationStatus.CANCELLED
                        && switchover != null
                        && switchover.abort() != null) {
                    record(switchover, switchover.abort());
                } else {
                    throw new IllegalStateException(
                            "Not aborted: status=%s error=%s"
                                    .formatted(info.status(), info.errorDesc()));
                }
            }
        }

        private void record(SwitchoverInfo switchover, SwitchoverInfo.Abort abort) {
            if (abort.watchLateNanos() == SwitchoverInfo.UNKNOWN) {
                byDestination++;
                return;
            }
            long released = switchover.stopNanoTime() + abort.resumedNanos();
            long fired = released - abort.rollbackNanos();
            lateness.record(abort.watchLateNanos());
            release.record(abort.rollbackNanos());
            clock.gapAround(fired)
                    .ifPresent(pause -> {
                        firstInstruction.record(pause.endNanos() - fired);
                        outage.record(pause.endNanos() - pause.startNanos());
                    });
            scheduling = switchover.enforcement().watch();
        }
    }
}
