package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.RunState;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunControlTest {
    /** The exploration of the hand-over takes the state's word for it. */
    @ParameterizedTest
    @EnumSource
    void shouldRunTheGuestOnContOnlyWhereTheStateAllowsIt(RunState state) {
        try (GuestCpus cpus = new GuestCpus.None();
                EventBus events = new EventBus()) {
            DeviceRunStates devices = new DeviceRunStates(List.of());
            RunControl control = new RunControl(state, false, cpus, devices, events);
            try {
                control.cont();
            } catch (MigrationRefusedException _) {
                assertThat(control.state()).isEqualTo(state);
            }
            assertThat(control.isRunning()).isEqualTo(state.allowsCont());
        }
    }
}
