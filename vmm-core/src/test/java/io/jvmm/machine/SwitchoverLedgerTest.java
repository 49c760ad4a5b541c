package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.SwitchoverOutcome;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.monitor.MonitorEvent;
import io.jvmm.monitor.StressReport;
import io.jvmm.vfio.user.server.DeviceProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the downtime of a real migration went, at both sides. */
class SwitchoverLedgerTest {
    private static final int MODERATE = 4 << 20;
    private static final long DELAY_MILLIS = 400;
    private static final long DELAY_NANOS = DELAY_MILLIS * 1_000_000;

    @TempDir Path directory;

    /**
     * Three accounts of one pause: the ledger, {@code downtime}, and the guest's own clock. What
     * the first has more than the last lies in the stop and in the hand-over; a quarter of the
     * delay is for the scheduler.
     */
    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldAgreeWithTheGuestsOwnPause(AcceleratorKind accelerator) throws InterruptedException {
        try (MigrationPair pair = slowToLoad(accelerator, 10_000)) {
            pair.migrate();
            SwitchoverInfo ledger = last(pair.source());
            assertThat(ledger.outcome()).isEqualTo(SwitchoverOutcome.COMPLETED);
            MigrationPair.awaitProgress(pair.destination());
            long pause = pauseAt(ledger, pair.destination());
            long edges =
                    ledger.nanosIn("stop of the vCPUs")
                            + ledger.nanosIn("hand-over")
                            + DELAY_NANOS / 4;
            assertThat(ledger.totalNanos() - pause).isBetween(-DELAY_NANOS / 4, edges);
            assertThat(downtimeMillis(pair)).isEqualTo(ledger.totalNanos() / 1_000_000);
        }
    }

    @Test
    void shouldExplainTheWaitForASlowDestination() throws InterruptedException {
        try (MigrationPair pair = slowToLoad(AcceleratorKind.INTERP, 10_000)) {
            pair.migrate();
            SwitchoverInfo ledger = last(pair.source());
            assertSums(ledger);
            assertThat(ledger.lines())
                    .anySatisfy(line -> {
                        assertThat(line.side()).isEqualTo(LedgerSide.DESTINATION);
                        assertThat(line.phase()).isEqualTo(SwitchoverPhase.SECTION_LOAD);
                        assertThat(line.sum()).isEqualTo(LedgerSum.DESTINATION_LOAD);
                        assertThat(line.spentNanos()).isGreaterThan(DELAY_NANOS / 2);
                    });
            assertThat(in(ledger, LedgerSum.HANDOVER))
                    .extracting(LedgerLine::phase)
                    .containsExactly(SwitchoverPhase.VCPU_START, SwitchoverPhase.UNEXPLAINED);
            assertThat(spent(in(ledger, LedgerSum.DESTINATION_LOAD), SwitchoverPhase.UNEXPLAINED))
                    .isLessThan(DELAY_NANOS);
        }
    }

    @Test
    void shouldKeepTheDestinationsOwnAccountThere() throws InterruptedException {
        try (MigrationPair pair = slowToLoad(AcceleratorKind.INTERP, 10_000)) {
            pair.migrate();
            SwitchoverInfo ledger = last(pair.destination());
            assertThat(ledger.attempt().role()).isEqualTo(LedgerSide.DESTINATION);
            assertThat(ledger.outcome()).isEqualTo(SwitchoverOutcome.COMPLETED);
            assertThat(ledger.limitNanos()).isEqualTo(10_000_000_000L);
            assertThat(sum(ledger, LedgerSum.TOTAL)).isEqualTo(ledger.totalNanos());
            assertThat(ledger.phases())
                    .extracting(LedgerLine::phase)
                    .contains(SwitchoverPhase.SECTION_LOAD, SwitchoverPhase.APPLY)
                    .endsWith(SwitchoverPhase.PREPARED, SwitchoverPhase.VCPU_START);
        }
    }

    @Test
    void shouldChargeAnAbortWithItsOwnCost() throws InterruptedException {
        try (MigrationPair pair = slowToLoad(AcceleratorKind.INTERP, DELAY_MILLIS / 2)) {
            List<MonitorEvent> events = new CopyOnWriteArrayList<>();
            pair.source().addEventListener(events::add);
            pair.migrate();
            SwitchoverInfo ledger = last(pair.source());
            assertThat(ledger.outcome()).isEqualTo(SwitchoverOutcome.EXPIRED);
            assertSums(ledger);
            LedgerLine abort = ledger.phases().getLast();
            assertThat(abort.phase()).isEqualTo(SwitchoverPhase.ABORT);
            assertThat(abort.spentNanos())
                    .isEqualTo(Objects.requireNonNull(ledger.abort()).rollbackNanos());
            assertThat(abort.reserveNanos()).isPositive();
            assertThat(slack(ledger)).isEqualTo(ledger.limitNanos() - ledger.totalNanos());
            awaitEvent(events, new MonitorEvent.Switchover(ledger));
        }
    }

    @Test
    void shouldNameEveryDeviceAtBothSides() throws InterruptedException {
        DeviceProgram program = DeviceProgram.uart().withStateSize(1 << 20);
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 2, program)) {
            MigrationPair pair = devices.pair();
            pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
            pair.migrate();
            SwitchoverInfo ledger = last(pair.source());
            assertSums(ledger);
            for (SwitchoverPhase phase :
                    List.of(
                            SwitchoverPhase.DEVICE_P2P,
                            SwitchoverPhase.DEVICE_STOP,
                            SwitchoverPhase.DEVICE_LOAD,
                            SwitchoverPhase.DEVICE_START)) {
                assertThat(ledger.lines())
                        .filteredOn(line -> line.phase() == phase)
                        .as("%s", phase)
                        .extracting(LedgerLine::device)
                        .contains("0000:00:01.0", "0000:00:02.0")
                        .doesNotContain("");
            }
        }
    }

    @Test
    void shouldRecordTheAttemptAndItsPhases() throws InterruptedException, IOException {
        Path file = directory.resolve("switchover.jfr");
        SwitchoverInfo ledger;
        try (Recording recording = new Recording();
                MigrationPair pair = slowToLoad(AcceleratorKind.INTERP, 10_000)) {
            recording.enable("io.jvmm.SwitchoverAttempt");
            recording.enable("io.jvmm.SwitchoverPhase");
            recording.start();
            pair.migrate();
            ledger = last(pair.source());
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().endsWith("SwitchoverAttempt"))
                .filteredOn(event -> event.getString("machine").equals("test"))
                .filteredOn(event -> event.getString("role").equals("source"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("outcome")).isEqualTo("completed");
                    assertThat(event.getDuration("total").toNanos()).isEqualTo(ledger.totalNanos());
                    assertThat(event.getDuration("limit").toMillis()).isEqualTo(10_000);
                });
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().endsWith("SwitchoverPhase"))
                .filteredOn(event -> event.getString("machine").equals("test"))
                .filteredOn(event -> event.getString("role").equals("source"))
                .extracting(event ->
                        event.getString("phase") + " " + event.getDuration("spent").toNanos())
                .containsExactlyElementsOf(
                        ledger.lines().stream()
                                .map(line -> line.phase().label() + " " + line.spentNanos())
                                .toList());
    }

    private static MigrationPair slowToLoad(AcceleratorKind accelerator, long limitMillis) {
        MigrationPair pair = new MigrationPair(accelerator, MODERATE);
        pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, limitMillis);
        pair.set(MigrationParameter.MAX_BANDWIDTH, 0);
        pair.renewDestination(DELAY_MILLIS);
        return pair;
    }

    /** The destination's is there a little later than the source's. */
    private static SwitchoverInfo last(VirtualMachine machine) {
        while (machine.querySwitchover().isEmpty()) {
            Thread.onSpinWait();
        }
        return machine.querySwitchover().getLast();
    }

    private static void awaitEvent(List<MonitorEvent> events, MonitorEvent event) {
        while (!events.contains(event)) {
            Thread.onSpinWait();
        }
    }

    private static long pauseAt(SwitchoverInfo ledger, VirtualMachine machine) {
        long middle = ledger.stopNanoTime() + ledger.totalNanos() / 2;
        return MigrationPair.verify(machine).pauses().stream()
                .filter(pause -> pause.startNanos() <= middle)
                .filter(pause -> pause.startNanos() + pause.nanos() >= middle)
                .mapToLong(StressReport.Pause::nanos)
                .findFirst()
                .orElseThrow();
    }

    private static long downtimeMillis(MigrationPair pair) {
        MigrationInfo.Times times = pair.source().queryMigrate().times();
        return Objects.requireNonNull(times).downtime();
    }

    /** No time is counted twice, and none is missing. */
    private static void assertSums(SwitchoverInfo ledger) {
        assertThat(sum(ledger, LedgerSum.TOTAL)).isEqualTo(ledger.totalNanos());
        assertThat(sum(ledger, LedgerSum.DESTINATION_LOAD))
                .isEqualTo(ledger.nanosIn("load at the destination"));
        assertThat(sum(ledger, LedgerSum.HANDOVER)).isEqualTo(ledger.nanosIn("hand-over"));
    }

    private static List<LedgerLine> in(SwitchoverInfo ledger, LedgerSum sum) {
        return ledger.lines().stream().filter(line -> line.sum() == sum).toList();
    }

    private static long sum(SwitchoverInfo ledger, LedgerSum sum) {
        return in(ledger, sum).stream().mapToLong(LedgerLine::spentNanos).sum();
    }

    private static long spent(List<LedgerLine> lines, SwitchoverPhase phase) {
        return lines.stream()
                .filter(line -> line.phase() == phase)
                .mapToLong(LedgerLine::spentNanos)
                .sum();
    }

    private static long slack(SwitchoverInfo ledger) {
        return in(ledger, LedgerSum.TOTAL).stream().mapToLong(LedgerLine::slackNanos).sum();
    }
}
