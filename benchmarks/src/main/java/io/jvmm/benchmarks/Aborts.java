package io.jvmm.benchmarks;

import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.SwitchoverPhase;
import java.io.PrintStream;

/** What was measured of aborted switchovers so far. */
final class Aborts {
    final GuestClock clock = new GuestClock();
    private final Distribution lateness = new Distribution();
    private final Distribution release = new Distribution();
    private final Distribution firstInstruction = new Distribution();
    private final Distribution outage = new Distribution();
    private final Distribution reserve = new Distribution();
    private final long limitNanos;
    private long byDestination;
    private long linkLost;
    private long aboveReserve;
    private String scheduling = "";

    Aborts(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    /** Collects until there are so many, or until an instant. */
    void collect(AbortStage stage, int count, long untilNanos) throws InterruptedException {
        while (lateness.count() < count && System.nanoTime() - untilNanos < 0) {
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

    void print(PrintStream out) {
        out.println("# watch: " + scheduling);
        out.println("# aborted by the destination first, not counted: " + byDestination);
        out.println("# failed, for the destination hung up first, not counted: " + linkLost);
        out.println("# fired before the vCPU had stopped: " + stillRunning());
        out.println(lateness.row("abort: watch late"));
        out.println(release.row("abort: fired to vCPU released"));
        out.println(firstInstruction.row("abort: fired to next instruction"));
        out.println(outage.row("abort: whole pause, by the guest's clock"));
        out.println(reserve.row("abort: reserve kept for it"));
        out.printf(
                "# above the reserve, fired to released: %d of %d; pause above the limit: %d of"
                        + " %d%n",
                aboveReserve, release.count(), outage.above(limitNanos), outage.count());
    }

    /** Aborts without a pause: the watch fired before the vCPU had come to its stop. */
    private long stillRunning() {
        return lateness.count() - firstInstruction.count();
    }

    private void record(SwitchoverInfo switchover, SwitchoverInfo.Abort abort) {
        if (abort.watchLateNanos() == SwitchoverInfo.UNKNOWN) {
            byDestination++;
            return;
        }
        long released = switchover.stopNanoTime() + abort.resumedNanos();
        long fired = released - abort.rollbackNanos();
        long kept = reserve(switchover);
        lateness.record(abort.watchLateNanos());
        release.record(abort.rollbackNanos());
        reserve.record(kept);
        aboveReserve += abort.rollbackNanos() > kept ? 1 : 0;
        clock.gapAround(fired)
                .ifPresent(pause -> {
                    firstInstruction.record(pause.endNanos() - fired);
                    outage.record(pause.endNanos() - pause.startNanos());
                });
        scheduling = switchover.enforcement().watch();
    }

    private static long reserve(SwitchoverInfo switchover) {
        return switchover.lines().stream()
                .filter(line -> line.phase() == SwitchoverPhase.ABORT)
                .mapToLong(LedgerLine::reserveNanos)
                .sum();
    }
}
