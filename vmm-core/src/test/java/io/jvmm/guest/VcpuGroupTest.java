package io.jvmm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VcpuGroupTest {

    private final ScriptedAccelerator accelerator = new ScriptedAccelerator();
    private final BlockingQueue<VcpuStop.Crashed> crashes = new LinkedBlockingQueue<>();

    private VcpuGroup group(int count) {
        return new VcpuGroup(
                accelerator, new RecordingBus(), count, (_, crash) -> crashes.add(crash));
    }

    @Test
    void shouldStartStoppedAndRunAfterResume() {
        try (VcpuGroup group = group(2)) {
            assertThat(group.isStopRequested()).isTrue();
            group.load(0, at(1000));
            do {
                group.resume();
                stop(group);
            } while (group.state(0).rip == 1000);
            assertThat(group.state(0).rip).isGreaterThan(1000);
        }
    }

    @Test
    void shouldNameThreadsAndLeaveNoneBehind() {
        try (VcpuGroup _ = group(2)) {
            assertThat(vcpuThreads()).isEqualTo(2);
        }
        assertThat(vcpuThreads()).isZero();
        assertThat(accelerator.open).hasValue(0);
    }

    private static long vcpuThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("vcpu-"))
                .count();
    }

    @Test
    void shouldNotWriteStateBackWhenNothingWasLoaded() {
        try (VcpuGroup group = group(1)) {
            group.resume();
            stop(group);
            int loads = accelerator.loads.get();
            long before = group.state(0).rip;
            group.state(0).rip = 0;
            group.resume();
            stop(group);
            assertThat(accelerator.loads).hasValue(loads);
            assertThat(group.state(0).rip).isGreaterThanOrEqualTo(before);
        }
    }

    @Test
    void shouldSaveOncePerStop() {
        try (VcpuGroup group = group(1)) {
            group.resume();
            stop(group);
            int saves = accelerator.saves.get();
            group.requestStop();
            assertThat(group.awaitStopped()).isTrue();
            assertThat(accelerator.saves).hasValue(saves);
        }
    }

    @Test
    void shouldUndoTheStopWhenResumedBeforeItIsComplete() {
        try (VcpuGroup group = group(1)) {
            group.resume();
            group.requestStop();
            group.resume();
            assertThat(group.awaitStopped()).isFalse();
            assertThat(group.isStopRequested()).isFalse();
            stop(group);
        }
    }

    @Test
    void shouldSurviveResumesFromAnotherThread() throws InterruptedException {
        try (VcpuGroup group = group(2)) {
            AtomicBoolean done = new AtomicBoolean();
            Thread watch =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!done.get()) {
                                    group.resume();
                                }
                            });
            for (int i = 0; i < 2000; i++) {
                group.requestStop();
                group.awaitStopped();
            }
            done.set(true);
            watch.join();
            stop(group);
        }
    }

    @Test
    void shouldCountOnOverManyStops() {
        try (VcpuGroup group = group(2)) {
            long last = 0;
            for (int i = 0; i < 2000; i++) {
                group.resume();
                stop(group);
                assertThat(group.state(1).rip).isGreaterThanOrEqualTo(last);
                last = group.state(1).rip;
            }
        }
    }

    @Test
    void shouldRefuseToLoadIntoRunningVcpu() {
        try (VcpuGroup group = group(1)) {
            group.resume();
            assertThatThrownBy(() -> group.load(0, new CpuState()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("vcpu=0");
        }
    }

    @Test
    void shouldReportStateThatIsRefused() {
        try (VcpuGroup group = group(1)) {
            accelerator.failLoads = true;
            assertThatThrownBy(() -> group.load(0, new CpuState()))
                    .isInstanceOf(VcpuException.class)
                    .hasRootCauseMessage("cannot load");
            accelerator.failLoads = false;
            group.load(0, at(5));
            group.resume();
            stop(group);
        }
    }

    @Test
    void shouldReportStateThatCannotBeRead() {
        try (VcpuGroup group = group(1)) {
            group.resume();
            accelerator.failSaves = true;
            group.requestStop();
            assertThatThrownBy(group::awaitStopped)
                    .isInstanceOf(VcpuException.class)
                    .hasRootCauseMessage("cannot save");
        }
    }

    @Test
    void shouldLeaveNoThreadWhenVcpuCannotBeMade() {
        accelerator.failCreation = true;
        assertThatThrownBy(() -> group(2))
                .isInstanceOf(VcpuException.class)
                .hasRootCauseMessage("no second vCPU");
        assertThat(vcpuThreads()).isZero();
        assertThat(accelerator.open).hasValue(0);
    }

    @Test
    void shouldTurnExceptionsIntoCrashesAndStayStoppable() throws InterruptedException {
        accelerator.next =
                () -> {
                    throw new IllegalStateException("device broke");
                };
        try (VcpuGroup group = group(1)) {
            group.resume();
            VcpuStop.Crashed crash = crashes.poll(30, TimeUnit.SECONDS);
            assertThat(crash).isNotNull();
            assertThat(crash.text()).contains("device broke");
            stop(group);
            group.load(0, at(7));
            group.resume();
            stop(group);
            assertThat(group.state(0).rip).isGreaterThanOrEqualTo(7);
        }
    }

    @Test
    void shouldKeepHaltedVcpuHaltedAcrossStops() {
        accelerator.next = () -> VcpuStop.HALTED;
        try (VcpuGroup group = group(1)) {
            group.resume();
            while (accelerator.next != null) {
                Thread.onSpinWait();
            }
            stop(group);
            long halted = group.state(0).rip;
            assertThat(group.state(0).halted).isTrue();
            group.resume();
            stop(group);
            assertThat(group.state(0).halted).isTrue();
            assertThat(group.state(0).rip).isEqualTo(halted);
        }
    }

    @Test
    void shouldAllocateNothingOnStopAndResume() {
        try (VcpuGroup group = group(2)) {
            long[] threads = threadIds();
            stopAndResume(group, 20_000);
            long before = allocatedBytes(threads);
            stopAndResume(group, 1000);
            assertThat(allocatedBytes(threads) - before).isLessThan(1000);
            stop(group);
        }
    }

    /** This thread and the vCPU threads. */
    private static long[] threadIds() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.equals(Thread.currentThread()) || t.getName().startsWith("vcpu-"))
                .mapToLong(Thread::threadId)
                .toArray();
    }

    private static long allocatedBytes(long[] threads) {
        ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long thread : threads) {
            sum += bean.getThreadAllocatedBytes(thread);
        }
        return sum;
    }

    private static void stopAndResume(VcpuGroup group, int times) {
        for (int i = 0; i < times; i++) {
            group.resume();
            group.requestStop();
            group.awaitStopped();
        }
    }

    private static void stop(VcpuGroup group) {
        group.requestStop();
        assertThat(group.awaitStopped()).isTrue();
    }

    private static CpuState at(long rip) {
        CpuState state = new CpuState();
        state.rip = rip;
        return state;
    }
}
