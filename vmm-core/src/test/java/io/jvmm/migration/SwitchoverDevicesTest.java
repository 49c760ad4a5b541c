package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.savevm.VmChangeStateHandler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwitchoverDevicesTest {
    private final List<String> calls = new ArrayList<>();
    private final DeadlineWatch watch =
            new DeadlineWatch("watch", System::nanoTime, () -> "test", (phase, device, late) -> {});
    private final PhaseRecorder phases = new PhaseRecorder(watch, System::nanoTime, () -> {});
    private final Device a = new Device("a");
    private final Device b = new Device("b");
    private final SwitchoverDevices devices = new SwitchoverDevices(List.of(a, b));

    @AfterEach
    void endWatch() {
        watch.close();
    }

    @Test
    void shouldStopAllStepByStepAndBringThemBackInReverse() {
        devices.quiesce(phases, true);
        assertThat(devices.release()).isFalse();
        assertThat(devices.areMoved()).isTrue();
        assertThat(devices.rollBack(phases)).isTrue();
        assertThat(devices.areMoved()).isFalse();
        assertThat(devices.problems()).isEmpty();
        assertThat(calls)
                .containsExactly(
                        "a prepareStop",
                        "b prepareStop",
                        "a stop",
                        "b stop",
                        "b prepareRun",
                        "a prepareRun",
                        "b run",
                        "a run");
    }

    @Test
    void shouldTouchNoDeviceOnceTheGuestIsReleased() {
        assertThat(devices.release()).isTrue();
        assertThat(devices.release()).isTrue();
        assertThatThrownBy(() -> devices.quiesce(phases, true))
                .isSameAs(AttemptOverException.INSTANCE);
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldLeaveTheDevicesOfAPausedGuestStopped() {
        devices.quiesce(phases, false);
        calls.clear();
        assertThat(devices.rollBack(phases)).isTrue();
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldResetADeviceThatRefusesToComeBackAndSaySo() {
        devices.quiesce(phases, true);
        calls.clear();
        a.refuses.add("run");
        assertThat(devices.rollBack(phases)).isTrue();
        assertThat(calls).containsExactly("b prepareRun", "a prepareRun", "b run", "a reset");
        assertThat(devices.problems()).contains("device a was reset").contains("a refuses run");
    }

    @Test
    void shouldNotLetTheGuestRunWithoutItsDevice() {
        devices.quiesce(phases, true);
        b.refuses.addAll(Set.of("prepareRun", "run", "reset"));
        assertThat(devices.rollBack(phases)).isFalse();
        assertThat(devices.areMoved()).isTrue();
        assertThat(devices.problems()).contains("device b is lost");
    }

    @Test
    void shouldRefuseALimitThatNoRollbackFits() {
        a.least = 4_000_000;
        b.least = 2_000_000;
        devices.requireRollbackWithin(new SwitchoverBudget(true, 12_000_000, 6_000_000));
        devices.requireRollbackWithin(new SwitchoverBudget(false, 10_000_000, 0));
        SwitchoverBudget tooShort = new SwitchoverBudget(true, 10_000_000, 5_000_000);
        assertThatThrownBy(() -> devices.requireRollbackWithin(tooShort))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("rollback=6.0 ms limit=10 ms");
    }

    private final class Device implements VmChangeStateHandler {
        private final String name;
        private final Set<String> refuses = new HashSet<>();
        private long least;

        Device(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String migrationBlocker() {
            return "";
        }

        @Override
        public void prepareStop() {
            call("prepareStop");
        }

        @Override
        public void stop() {
            call("stop");
        }

        @Override
        public void prepareRun() {
            call("prepareRun");
        }

        @Override
        public void run() {
            call("run");
        }

        @Override
        public void reset() {
            call("reset");
        }

        @Override
        public long rollbackNanos() {
            return least;
        }

        @Override
        public long leastRollbackNanos() {
            return least;
        }

        private void call(String step) {
            if (refuses.contains(step)) {
                throw new IllegalStateException(name + " refuses " + step);
            }
            calls.add(name + " " + step);
        }
    }
}
