package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PhaseRecorderTest {
    @Test
    void shouldBeInAPhaseFromTheFirstInstant() {
        try (DeadlineWatch watch =
                new DeadlineWatch("watch", () -> 1000, () -> "", (phase, device, late) -> {})) {
            PhaseRecorder phases = new PhaseRecorder(watch, () -> 1000, () -> {});
            phases.begin();
            assertThat(phases.lines(1500))
                    .containsExactly(
                            LedgerLine.counted(
                                    LedgerSide.SOURCE, SwitchoverPhase.STOP_VCPUS, "", 0, 500));
        }
    }
}
