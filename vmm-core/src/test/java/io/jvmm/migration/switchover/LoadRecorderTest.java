package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.stream.wire.PhaseTime;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadRecorderTest {
    private long now = 1000;
    private final DeadlineWatch watch =
            new DeadlineWatch("watch", () -> now, () -> "", (phase, device, late) -> {});
    private final LoadRecorder recorder = new LoadRecorder(watch, () -> now);

    @AfterEach
    void close() {
        watch.close();
    }

    private void spend(SwitchoverPhase phase, String device, long nanos) {
        recorder.enter(phase, device);
        now += nanos;
    }

    @Test
    void shouldTakeNothingDownBeforeTheStop() {
        spend(SwitchoverPhase.SECTION_LOAD, "ram", 10);

        assertThat(recorder.prepared()).isZero();
        assertThat(recorder.load()).isEmpty();
        assertThat(recorder.start()).isEmpty();
        assertThat(recorder.lines()).isEmpty();
    }

    @Test
    void shouldTellTheSourceOfItsOwnWorkOnly() {
        recorder.begin();
        spend(SwitchoverPhase.SECTION_LOAD, "ram", 10);
        spend(SwitchoverPhase.SOURCE_SILENT, "", 20);
        spend(SwitchoverPhase.APPLY, "", 5);

        assertThat(recorder.prepared()).isEqualTo(35);
        assertThat(recorder.load())
                .containsExactly(
                        new PhaseTime("section-load ram", 0, 10), new PhaseTime("apply", 30, 5));
    }

    @Test
    void shouldTellTheStartApartFromTheLoad() {
        recorder.begin();
        spend(SwitchoverPhase.APPLY, "", 5);
        recorder.prepared();
        now += 100;
        spend(SwitchoverPhase.DEVICE_START, "x", 3);
        spend(SwitchoverPhase.VCPU_START, "", 2);
        recorder.end();
        now += 1000;

        assertThat(withoutCollections(recorder.start()))
                .containsExactly(
                        new PhaseTime("device-start x", 105, 3),
                        new PhaseTime("vcpu-start", 108, 2));
        assertThat(recorder.lines())
                .filteredOn(line -> line.sum() == LedgerSum.TOTAL)
                .extracting(line -> line.phase() + " " + line.spentNanos())
                .containsExactly("APPLY 5", "PREPARED 100", "DEVICE_START 3", "VCPU_START 2");
    }

    @Test
    void shouldForgetAnAttemptThatIsOver() {
        recorder.begin();
        spend(SwitchoverPhase.APPLY, "", 5);
        recorder.prepared();
        recorder.forget();
        recorder.begin();
        spend(SwitchoverPhase.SECTION_LOAD, "ram", 7);

        assertThat(recorder.prepared()).isEqualTo(7);
        assertThat(recorder.load()).containsExactly(new PhaseTime("section-load ram", 0, 7));
    }

    @Test
    void shouldSayThatTheCollectorRan() {
        GcPauses pauses = new GcPauses();
        pauses.begin();
        assertThat(pauses.lines(LedgerSide.SOURCE)).isEmpty();
        System.gc();

        assertThat(pauses.lines(LedgerSide.SOURCE))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line.phase()).isEqualTo(SwitchoverPhase.GARBAGE_COLLECTION);
                    assertThat(line.sum()).isEqualTo(LedgerSum.NONE);
                    assertThat(line.device()).isNotEmpty();
                });
    }

    @Test
    void shouldTakeDownWithoutAllocating() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 50; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            recorder.begin();
            spend(SwitchoverPhase.SECTION_LOAD, "ram", 1);
            spend(SwitchoverPhase.APPLY, "", 1);
            recorder.prepared();
            spend(SwitchoverPhase.VCPU_START, "", 1);
            recorder.end();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }

    private static List<PhaseTime> withoutCollections(List<PhaseTime> times) {
        return times.stream().filter(time -> !time.name().startsWith("garbage")).toList();
    }
}
