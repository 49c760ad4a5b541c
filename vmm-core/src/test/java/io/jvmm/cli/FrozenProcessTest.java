package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.monitor.json.Json;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * SIGSTOP of one side during the switchover: the other keeps the limit alone, and when the frozen
 * one wakes up the guest runs at the source, and nowhere else.
 */
@Tag("process")
@Timeout(120)
class FrozenProcessTest {
    private static final String ACCELERATORS = "io.jvmm.cli.ProcessScenario#accelerators";
    private static final long LIMIT_MILLIS = 1500;
    private static final String LIMITED = "x-switchover-abort=on";
    private static final String ENDLESS_LOAD = "x-load-delay=600000";
    private static final String ABORTED = "switchover limit of 1500 ms exceeded at the ";

    private final VmProcesses processes = new VmProcesses();
    private final GateProxy proxy = processes.proxy();

    @AfterEach
    void endProcesses() {
        processes.close();
    }

    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldBeAbortedByTheDestinationAloneWhenTheSourceIsFrozen(String accelerator)
            throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator, LIMITED));
        TestVm destination =
                processes.start(ProcessScenario.destination(processes, accelerator, ENDLESS_LOAD));
        freezeSourceInSwitchover(source, destination);
        assertThat(destination.awaitExit()).isEqualTo(1);
        assertThat(destination.output()).contains(ABORTED + "destination, in ");
        source.thaw();
        requireBack(source);
    }

    @Test
    void shouldStayAliveAfterItsOwnAbortIfToldSo() throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.endlessRounds("interp", LIMITED));
        TestVm destination = staying("interp", ENDLESS_LOAD);
        freezeSourceInSwitchover(source, destination);
        destination.awaitStatus("failed");
        assertThat(destination.errorDesc()).startsWith(ABORTED + "destination, in ");
        destination.awaitRunState("dropped");
        source.thaw();
        requireBack(source);
        requireNeverRan(destination);
    }

    /** READY waits in the source's socket when it wakes up: too late. */
    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldNeverSayGoWhenTheSourceSleptThroughTheLimitAfterReady(String accelerator)
            throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator, LIMITED));
        TestVm destination = staying(accelerator);
        ProcessScenario.awaitRounds(source, destination, processes.proxyUri());
        proxy.backward().shut();
        long begin = System.nanoTime();
        ProcessScenario.endRounds(source, LIMIT_MILLIS);
        destination.awaitStatus("prepared");
        proxy.backward().awaitHeld();
        source.freeze();
        proxy.backward().open();
        destination.until(
                "the limit has passed",
                () -> {
                    requireNeverRan(destination);
                    return System.nanoTime() - begin
                            > TimeUnit.MILLISECONDS.toNanos(2 * LIMIT_MILLIS);
                });
        source.thaw();
        source.awaitStatus("cancelled");
        assertThat(source.errorDesc()).startsWith(ABORTED + "source");
        source.requireRunningGuest();
        destination.awaitRunState("dropped");
        assertThat(destination.errorDesc()).isEqualTo("the source aborted the migration");
        requireNeverRan(destination);
    }

    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldBeAbortedByTheSourceAloneWhenTheDestinationIsFrozen(String accelerator)
            throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator, LIMITED));
        TestVm destination = staying(accelerator, ENDLESS_LOAD);
        awaitSwitchover(source, destination);
        destination.freeze();
        source.awaitStatus("cancelled");
        assertThat(source.errorDesc())
                .startsWith(ABORTED + "source")
                .contains("the guest runs again at the source after ");
        source.requireRunningGuest();
        destination.thaw();
        destination.awaitStatus("failed");
        destination.awaitRunState("dropped");
        requireNeverRan(destination);
        assertThat(source.isGuestRunning()).isTrue();
    }

    private void freezeSourceInSwitchover(TestVm source, TestVm destination)
            throws InterruptedException {
        awaitSwitchover(source, destination);
        source.freeze();
    }

    /** The guest has stopped, and the destination has been told its limit. */
    private void awaitSwitchover(TestVm source, TestVm destination) throws InterruptedException {
        ProcessScenario.awaitRounds(source, destination, processes.proxyUri());
        proxy.forward().watchFor(limitMessage());
        ProcessScenario.endRounds(source, LIMIT_MILLIS);
        proxy.forward().awaitSeen();
    }

    /** The head of QEMU_VM_SECTION_COMMAND number 11 with 16 bytes, and the first 8 of them. */
    private static byte[] limitMessage() {
        return ByteBuffer.allocate(13)
                .put((byte) 0x08)
                .putShort((short) 11)
                .putShort((short) 16)
                .putLong(LIMIT_MILLIS)
                .array();
    }

    /** A destination that does not end when its migration fails. */
    private TestVm staying(String accelerator, String... globals) {
        TestVm destination =
                processes.start(ProcessScenario.machine(accelerator, globals) + " -incoming defer");
        destination.listenAt(processes.uri());
        return destination;
    }

    /** It was the watch of one side or the other, and the guest works on here. */
    private static void requireBack(TestVm source) {
        source.awaitStatus("cancelled", "failed");
        assertThat(source.errorDesc()).contains(ABORTED);
        source.requireRunningGuest();
    }

    private static void requireNeverRan(TestVm destination) {
        assertThat(destination.ask("query-status", new Json.Obj()).string("status"))
                .isIn("inmigrate", "prepared", "dropped");
        assertThat(destination.qmp().events()).doesNotContain("RESUME");
    }
}
