package io.jvmm.device.vfio;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY_P2P;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VfioRunStateTest {
    private final AtomicLong now = new AtomicLong();
    private long tick = 10;
    private final ScriptedDevice full = new ScriptedDevice(new MigrationSupport(true, true));
    private final ScriptedDevice bare = new ScriptedDevice(new MigrationSupport(false, false));

    private VfioRunState of(ScriptedDevice device) {
        return new VfioRunState("0000:00:01.0", device.backend(), () -> now.addAndGet(tick));
    }

    @Test
    void shouldStopInTwoStepsAndComeBackInTwo() {
        VfioRunState state = of(full);
        state.prepareStop();
        state.stop();
        state.prepareRun();
        state.run();
        assertThat(full.way).containsExactly(RUNNING_P2P, STOP, RUNNING_P2P, RUNNING);
    }

    @Test
    void shouldStopInOneStepWithoutP2p() {
        VfioRunState state = of(bare);
        state.prepareStop();
        assertThat(bare.way).isEmpty();
        state.stop();
        state.prepareRun();
        assertThat(bare.way).containsExactly(STOP);
        state.run();
        assertThat(bare.way).containsExactly(STOP, RUNNING);
    }

    @Test
    void shouldKeepTheSessionOfADeviceThatIsBeingReadWhenItStops() {
        VfioRunState state = of(full);
        state.enter(PRE_COPY);
        state.prepareStop();
        state.stop();
        assertThat(full.way).containsExactly(PRE_COPY, PRE_COPY_P2P, STOP_COPY);
    }

    @Test
    void shouldComeBackFromAnyPointOfTheStop() {
        for (int steps = 0; steps <= 3; steps++) {
            ScriptedDevice device = new ScriptedDevice(new MigrationSupport(true, true));
            VfioRunState state = of(device);
            if (steps > 0) {
                state.prepareStop();
            }
            if (steps > 1) {
                state.stop();
            }
            if (steps > 2) {
                state.enter(STOP_COPY);
            }
            state.prepareRun();
            state.run();
            assertThat(device.state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldSayWhichArcWasRefusedAndWhereTheDeviceIs() {
        full.refused.add(STOP);
        VfioRunState state = of(full);
        state.prepareStop();
        assertThatThrownBy(state::stop)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining(
                        "device=0000:00:01.0 from=RUNNING_P2P to=STOP now=RUNNING_P2P")
                .hasMessageContaining("EIO");
        state.prepareRun();
        state.run();
        assertThat(full.state()).isEqualTo(RUNNING);
    }

    @Test
    void shouldLeaveErrorOnlyByAReset() {
        full.refused.add(STOP_COPY);
        full.failsWhenItRefuses = true;
        VfioRunState state = of(full);
        state.prepareStop();
        state.stop();
        assertThatThrownBy(() -> state.enter(STOP_COPY)).hasMessageContaining("now=ERROR");
        assertThat(state.state()).isEqualTo(ERROR);
        assertThatThrownBy(state::prepareRun).isInstanceOf(VfioException.class);
        state.reset();
        assertThat(full.resets).isEqualTo(1);
        assertThat(state.state()).isEqualTo(RUNNING);
    }

    @Test
    void shouldTakeInWhatWasLoadedWhenItStops() {
        VfioRunState state = of(full);
        state.enter(RESUMING);
        state.stop();
        assertThat(full.way).containsExactly(RUNNING_P2P, STOP, RESUMING, STOP);
    }

    @Test
    void shouldSayWhatKeepsADeviceFromBeingMoved() {
        assertThat(of(full).migrationBlocker())
                .isEqualTo("0000:00:01.0: nobody can tell which memory the device writes");
        VfioBackend fixed = ScriptedDevice.withoutMigration();
        VfioRunState state = new VfioRunState("0000:00:02.0", fixed, System::nanoTime);
        assertThat(state.migrationBlocker())
                .isEqualTo("0000:00:02.0: VFIO migration is not supported by the device");
        state.prepareStop();
        state.stop();
        state.prepareRun();
        state.run();
        assertThat(state.rollbackNanos()).isZero();
    }

    @Test
    void shouldExpectTheWayBackToBeAsItWasLately() {
        VfioRunState state = of(full);
        state.measureRollback();
        assertThat(full.resets).isEqualTo(1);
        assertThat(full.state()).isEqualTo(RUNNING);
        long read = VfioStateHandlers.LONG_READ_NANOS;
        assertThat(state.rollbackNanos()).isEqualTo(read + 20);
        assertThat(state.leastRollbackNanos()).isEqualTo(read + 20);
        tick = 40;
        state.measureRollback();
        assertThat(state.rollbackNanos()).isEqualTo(read + 80);
        tick = 10;
        state.measureRollback();
        assertThat(state.rollbackNanos()).isEqualTo(read + 40);
        assertThat(state.leastRollbackNanos()).isEqualTo(read + 20);
    }
}
