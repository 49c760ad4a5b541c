package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.stream.wire.PhaseTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerReportTest {
    /** Saving until 100, then 50 of waiting for READY, then 20 of waiting for STARTED. */
    private static final List<LedgerLine> COMPLETED =
            source(
                    SwitchoverPhase.STOP_VCPUS, 30,
                    SwitchoverPhase.WIRE, 70,
                    SwitchoverPhase.DESTINATION_LOAD, 50,
                    SwitchoverPhase.HANDOVER, 20);

    private static List<LedgerLine> source(Object... phasesAndTimes) {
        List<LedgerLine> lines = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < phasesAndTimes.length; i += 2) {
            long nanos = (int) phasesAndTimes[i + 1];
            lines.add(counted((SwitchoverPhase) phasesAndTimes[i], at, nanos));
            at += nanos;
        }
        return lines;
    }

    private static LedgerLine counted(SwitchoverPhase phase, long start, long nanos) {
        return LedgerLine.counted(LedgerSide.SOURCE, phase, "", start, nanos);
    }

    private static LedgerLine there(
            SwitchoverPhase phase, String device, LedgerSum sum, long start, long nanos) {
        return new LedgerLine(LedgerSide.DESTINATION, phase, device, sum, start, 0, nanos);
    }

    private static LedgerLine gap(LedgerSum sum, long start, long nanos) {
        return new LedgerLine(
                LedgerSide.SOURCE, SwitchoverPhase.UNEXPLAINED, "", sum, start, 0, nanos);
    }

    private static List<LedgerLine> lines(LedgerReport report) {
        return report.lines(Reserves.NONE, 0, -1);
    }

    private static long sum(List<LedgerLine> lines, LedgerSum sum) {
        return lines.stream()
                .filter(line -> line.sum() == sum)
                .mapToLong(LedgerLine::spentNanos)
                .sum();
    }

    @Test
    void shouldShowTheWholeWaitAsUnexplainedWhenNothingWasSaid() {
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(List.of(), List.of());

        assertThat(lines(report))
                .startsWith(COMPLETED.toArray(LedgerLine[]::new))
                .endsWith(
                        gap(LedgerSum.DESTINATION_LOAD, 100, 50), gap(LedgerSum.HANDOVER, 150, 20));
    }

    @Test
    void shouldExplainAWaitWithWhatFitsIntoItsEnd() {
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(
                List.of(
                        new PhaseTime("section-load cpu", 0, 40),
                        new PhaseTime("section-load serial", 60, 30),
                        new PhaseTime("apply", 90, 10)),
                List.of());

        assertThat(lines(report))
                .containsSubsequence(
                        there(SwitchoverPhase.SECTION_LOAD, "cpu", LedgerSum.NONE, 50, 40),
                        there(
                                SwitchoverPhase.SECTION_LOAD,
                                "serial",
                                LedgerSum.DESTINATION_LOAD,
                                110,
                                30),
                        there(SwitchoverPhase.APPLY, "", LedgerSum.DESTINATION_LOAD, 140, 10),
                        gap(LedgerSum.DESTINATION_LOAD, 100, 10));
    }

    @Test
    void shouldCutALineThatBeganBesideTheSaving() {
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(List.of(new PhaseTime("section-load cpu", 0, 80)), List.of());

        assertThat(lines(report))
                .containsSubsequence(
                        there(SwitchoverPhase.SECTION_LOAD, "cpu", LedgerSum.NONE, 70, 30),
                        there(
                                SwitchoverPhase.SECTION_LOAD,
                                "cpu",
                                LedgerSum.DESTINATION_LOAD,
                                100,
                                50),
                        gap(LedgerSum.DESTINATION_LOAD, 100, 0));
    }

    @Test
    void shouldExplainTheHandOverWithTheStart() {
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(
                List.of(),
                List.of(
                        new PhaseTime("device-start 0000:00:01.0", 500, 4),
                        new PhaseTime("vcpu-start", 504, 5),
                        new PhaseTime("garbage-collection Copy", 0, 3_000_000)));

        assertThat(lines(report))
                .containsSubsequence(
                        there(
                                SwitchoverPhase.DEVICE_START,
                                "0000:00:01.0",
                                LedgerSum.HANDOVER,
                                161,
                                4),
                        there(SwitchoverPhase.VCPU_START, "", LedgerSum.HANDOVER, 165, 5),
                        there(
                                SwitchoverPhase.GARBAGE_COLLECTION,
                                "Copy",
                                LedgerSum.NONE,
                                LedgerLine.UNKNOWN,
                                3_000_000),
                        gap(LedgerSum.HANDOVER, 150, 11));
    }

    @Test
    void shouldNeverExplainTheSameTimeTwice() {
        assertSumsHold(
                List.of(
                        new PhaseTime("apply", 0, 1000),
                        new PhaseTime("apply", 0, 1000),
                        new PhaseTime("section-load x", 990, 10)));
    }

    @Test
    void shouldStandTimesBeyondMeasure() {
        assertSumsHold(
                List.of(
                        new PhaseTime("apply", 7, Long.MAX_VALUE - 7),
                        new PhaseTime("apply", 0, Long.MAX_VALUE),
                        new PhaseTime("never heard of it", Long.MAX_VALUE, 0)));
    }

    /** Whatever the other side claims. */
    private static void assertSumsHold(List<PhaseTime> claims) {
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(claims, claims);
        List<LedgerLine> lines = lines(report);

        assertThat(sum(lines, LedgerSum.TOTAL)).isEqualTo(170);
        assertThat(sum(lines, LedgerSum.DESTINATION_LOAD)).isEqualTo(50);
        assertThat(sum(lines, LedgerSum.HANDOVER)).isEqualTo(20);
        assertThat(lines).allMatch(line -> line.spentNanos() >= 0);
    }

    @Test
    void shouldKeepTheNameOfAPhaseThatItDoesNotKnow() {
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(List.of(new PhaseTime("warm-up tlb", 0, 5)), List.of());

        assertThat(lines(report))
                .contains(
                        there(
                                SwitchoverPhase.OTHER,
                                "warm-up tlb",
                                LedgerSum.DESTINATION_LOAD,
                                145,
                                5));
    }

    @Test
    void shouldCutTheLinesAtTheDecisionToAbort() {
        LedgerReport report =
                new LedgerReport(
                        source(
                                SwitchoverPhase.STOP_VCPUS, 30,
                                SwitchoverPhase.DEVICE_SAVE, 20,
                                SwitchoverPhase.DEVICE_ROLLBACK, 7,
                                SwitchoverPhase.DEVICE_ROLLBACK, 2));
        report.aborted(45);

        assertThat(lines(report))
                .containsExactly(
                        counted(SwitchoverPhase.STOP_VCPUS, 0, 30),
                        counted(SwitchoverPhase.DEVICE_SAVE, 30, 15),
                        counted(SwitchoverPhase.ABORT, 45, 5),
                        counted(SwitchoverPhase.DEVICE_ROLLBACK, 50, 7),
                        counted(SwitchoverPhase.DEVICE_ROLLBACK, 57, 2));
    }

    @Test
    void shouldGiveThePlanToTheFirstLineOfAPhaseAndTheRestOfTheLimitToNone() {
        Reserves plan =
                (phase, device) ->
                        switch (phase) {
                            case STOP_VCPUS -> 40;
                            case DESTINATION_LOAD -> 60;
                            case APPLY -> 15;
                            default -> 0;
                        };
        LedgerReport report = new LedgerReport(COMPLETED);
        report.destination(
                List.of(new PhaseTime("apply", 0, 4), new PhaseTime("apply", 4, 5)), List.of());
        List<LedgerLine> lines = report.lines(plan, 25, 200);

        assertThat(lines)
                .filteredOn(line -> line.reserveNanos() != 0)
                .extracting(
                        line -> line.phase() + " " + line.reserveNanos() + " " + line.slackNanos())
                .containsExactly(
                        "STOP_VCPUS 40 10",
                        "DESTINATION_LOAD 60 10",
                        "HANDOVER 25 5",
                        "FREE 75 75",
                        "APPLY 15 11");
        List<LedgerLine> total =
                lines.stream().filter(line -> line.sum() == LedgerSum.TOTAL).toList();
        assertThat(total.stream().mapToLong(LedgerLine::reserveNanos).sum()).isEqualTo(200);
        assertThat(total.stream().mapToLong(LedgerLine::slackNanos).sum()).isEqualTo(200 - 170);
    }

    @Test
    void shouldChargeTheWayOutToTheAbort() {
        LedgerReport report = new LedgerReport(source(SwitchoverPhase.STOP_VCPUS, 30));
        report.aborted(20);

        assertThat(report.lines(Reserves.NONE, 12, 100))
                .containsExactly(
                        counted(SwitchoverPhase.STOP_VCPUS, 0, 20),
                        counted(SwitchoverPhase.ABORT, 20, 10).planned(12),
                        counted(SwitchoverPhase.FREE, 30, 0).planned(88));
    }
}
