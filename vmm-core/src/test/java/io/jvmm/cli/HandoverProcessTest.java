package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.monitor.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code kill -9} of one side at each stage of a migration: afterwards who runs the guest is what
 * ARCHITECTURE.md says, and the survivor says so.
 */
@Tag("process")
@Timeout(120)
class HandoverProcessTest {
    private static final String ACCELERATORS = "io.jvmm.cli.ProcessScenario#accelerators";
    private static final String INTERP = "interp";

    private static final String LINK_LOST = "the destination closed the connection";
    private static final long LONG_LIMIT_MILLIS = 60_000;
    private static final String LONG_LIMIT = "downtime-limit=" + LONG_LIMIT_MILLIS;
    private static final String ENDLESS_LOAD = "x-load-delay=600000";
    private static final String ENDLESS_SAVE = "x-save-delay=600000";

    private final VmProcesses processes = new VmProcesses();
    private final GateProxy proxy = processes.proxy();

    @AfterEach
    void endProcesses() {
        processes.close();
    }

    @Test
    void shouldRunOnWhenTheDestinationDiesBeforeAnythingWasSent() {
        TestVm source = processes.start(ProcessScenario.source(INTERP));
        TestVm destination = listening(INTERP);
        destination.kill();
        source.migrateTo(processes.uri());
        requireFailed(source, "Failed to connect");
    }

    @Test
    void shouldRunOnWhenTheDestinationDiesInTheSetup() throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.source(INTERP));
        TestVm destination = listening(INTERP);
        holdInSetup(source);
        destination.kill();
        requireFailed(source, LINK_LOST);
    }

    @Test
    void shouldEndWhenTheSourceDiesInTheSetup() throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.source(INTERP));
        TestVm destination = listening(INTERP);
        holdInSetup(source);
        source.kill();
        proxy.forward().open();
        requireEnded(destination);
    }

    @Test
    void shouldRunOnWhenTheDestinationDiesInTheRounds() {
        TestVm source = processes.start(ProcessScenario.endlessRounds(INTERP));
        TestVm destination = listening(INTERP);
        ProcessScenario.awaitRounds(source, destination, processes.uri());
        destination.kill();
        requireFailed(source, "");
    }

    @Test
    void shouldEndWhenTheSourceDiesInTheRounds() {
        TestVm source = processes.start(ProcessScenario.endlessRounds(INTERP));
        TestVm destination = listening(INTERP);
        ProcessScenario.awaitRounds(source, destination, processes.uri());
        source.kill();
        requireEnded(destination);
    }

    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldRunAgainWhenTheDestinationDiesInItsLoad(String accelerator) {
        TestVm source = processes.start(ProcessScenario.source(accelerator, LONG_LIMIT));
        TestVm destination = listening(accelerator, ENDLESS_LOAD);
        source.migrateTo(processes.uri());
        source.awaitRunState("finish-migrate");
        destination.kill();
        requireFailed(source, "");
    }

    @Test
    void shouldEndWhenTheSourceDiesInItsSave() {
        TestVm source = processes.start(ProcessScenario.source(INTERP, LONG_LIMIT, ENDLESS_SAVE));
        TestVm destination = listening(INTERP);
        source.migrateTo(processes.uri());
        source.awaitRunState("finish-migrate");
        source.kill();
        requireEnded(destination);
    }

    /** The source has not heard READY, so it never committed. */
    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldRunAgainWhenThePreparedDestinationDies(String accelerator) {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator));
        TestVm destination = listening(accelerator);
        prepareUnheard(source, destination);
        destination.kill();
        proxy.backward().lose();
        requireFailed(source, LINK_LOST);
    }

    /** It may have committed, for all that the destination knows. */
    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldStayPreparedWhenTheSourceDies(String accelerator) {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator));
        TestVm destination = listening(accelerator);
        prepareUnheard(source, destination);
        source.kill();
        destination.until(
                "it says that the link is lost",
                () -> destination.output().contains("the guest is prepared here and waits"));
        assertThat(destination.runState()).isEqualTo("prepared");
        assertThat(destination.isGuestRunning()).isFalse();
        assertThat(destination.refusal("cont", new Json.Obj()))
                .contains("is loaded, and waits for the source's word")
                .contains("runstate=prepared");
        destination.ask("quit");
        assertThat(destination.awaitExit()).isZero();
    }

    /** GO has left the source and was not heard: nobody here knows, so nobody runs. */
    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldNotRunAgainWhenTheDestinationDiesAfterTheCommit(String accelerator)
            throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator));
        TestVm destination = listening(accelerator);
        commitUnheard(source, destination);
        destination.kill();
        source.awaitStatus("handover-unknown");
        assertThat(source.errorDesc()).contains("who runs the guest is not known here");
        assertThat(source.runState()).isEqualTo("handover-unknown");
        assertThat(source.isGuestRunning()).isFalse();
        assertThat(source.refusal("cont", new Json.Obj())).contains("nobody here knows");
        assertThat(source.refusal("migrate", new Json.Obj().put("uri", processes.uri())))
                .contains("due to previous migration");
        assertThat(source.output()).contains("may run at the destination");
    }

    @ParameterizedTest
    @MethodSource(ACCELERATORS)
    void shouldRunAtTheDestinationWhenTheSourceDiesAfterTheCommit(String accelerator)
            throws InterruptedException {
        TestVm source = processes.start(ProcessScenario.endlessRounds(accelerator));
        TestVm destination = listening(accelerator);
        commitUnheard(source, destination);
        // A word to the dead source would end the connection, and GO with it.
        proxy.backward().lose();
        source.kill();
        proxy.forward().open();
        destination.awaitStatus("completed");
        destination.requireRunningGuest();
    }

    private TestVm listening(String accelerator, String... globals) {
        TestVm destination =
                processes.start(ProcessScenario.destination(processes, accelerator, globals));
        destination.awaitStatus("setup");
        return destination;
    }

    /** The source has connected, and the destination has not heard a byte. */
    private void holdInSetup(TestVm source) throws InterruptedException {
        proxy.forward().shut();
        source.migrateTo(processes.proxyUri());
        proxy.forward().awaitHeld();
        assertThat(source.status()).isEqualTo("setup");
    }

    /** The destination is prepared and has said so; the source has not heard it. */
    private void prepareUnheard(TestVm source, TestVm destination) {
        ProcessScenario.awaitRounds(source, destination, processes.proxyUri());
        proxy.backward().shut();
        ProcessScenario.endRounds(source, LONG_LIMIT_MILLIS);
        destination.awaitStatus("prepared");
        assertThat(destination.runState()).isEqualTo("prepared");
        assertThat(source.runState()).isEqualTo("finish-migrate");
    }

    /** The source has committed and said GO; the destination has not heard it. */
    private void commitUnheard(TestVm source, TestVm destination) throws InterruptedException {
        prepareUnheard(source, destination);
        proxy.forward().shut();
        proxy.backward().open();
        proxy.forward().awaitHeld();
    }

    private static void requireFailed(TestVm source, String cause) {
        source.awaitStatus("failed");
        assertThat(source.errorDesc()).isNotEmpty().contains(cause);
        source.requireRunningGuest();
    }

    private static void requireEnded(TestVm destination) {
        assertThat(destination.awaitExit()).isEqualTo(1);
        assertThat(destination.output())
                .contains("The incoming migration failed, nothing runs here: ");
    }
}
