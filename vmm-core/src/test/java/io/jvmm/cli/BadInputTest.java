package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is wrong is refused with a text that names it; a process that cannot start ends with status
 * 1, and a guest that runs is not touched.
 */
@Tag("process")
@Timeout(120)
class BadInputTest {
    private static final String INTERP = "interp";
    private static final int LONG_LINE = 10 << 20;

    private final VmProcesses processes = new VmProcesses();

    @AfterEach
    void endProcesses() {
        processes.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    -frobnicate => jvmm: -frobnicate: invalid option
                    -global migration.x-teleport=on => Parameter 'x-teleport' is unexpected
                    -global migration.downtime-limit=2000001 => an integer in the range of 0 to (2000 * 1000) ms
                    -drive file=/nonexistent/disk,format=raw => /nonexistent/disk
                    -incoming carrier-pigeon:1 => unknown migration protocol: carrier-pigeon:1
                    """)
    void shouldNotStart(String options, String message) {
        TestVm vm = processes.start("-m 16M -accel interp " + options);
        assertThat(vm.awaitExit()).isEqualTo(1);
        assertThat(vm.output()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void shouldNotStartWithAPortInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "127.0.0.1:" + taken.getLocalPort();
            TestVm destination = processes.start("-m 16M -accel interp -incoming tcp:" + port);
            TestVm monitored = processes.start("-m 16M -accel interp -qmp tcp:" + port + ",server");
            assertThat(destination.awaitExit()).isEqualTo(1);
            assertThat(destination.output()).contains("Address already in use");
            assertThat(monitored.awaitExit()).isEqualTo(1);
            assertThat(monitored.output()).contains(port).contains("Address already in use");
        }
    }

    @Test
    void shouldRefuseCommandsAndRunOn() throws IOException {
        TestVm vm = processes.start(ProcessScenario.endlessRounds(INTERP));
        refuseNamesAndValues(vm);
        refuseAddresses(vm);
        refuseSecondMigration(vm);
        refuseLongLine(vm);
        vm.requireRunningGuest();
    }

    @Test
    void shouldEndOnGarbage() throws IOException {
        TestVm destination = processes.start(ProcessScenario.destination(processes, INTERP));
        destination.awaitStatus("setup");
        send("garbage, and not a migration at all".getBytes(StandardCharsets.UTF_8));
        assertThat(destination.awaitExit()).isEqualTo(1);
        assertThat(destination.output())
                .contains("The incoming migration failed, nothing runs here: ")
                .contains("magic");
    }

    /** The beginning of a real stream: the magic number and the version, and no more. */
    @Test
    void shouldStayAliveOnATruncatedStreamIfToldSo() throws IOException {
        TestVm destination = processes.start(ProcessScenario.machine(INTERP) + " -incoming defer");
        destination.listenAt(processes.uri());
        send(ByteBuffer.allocate(8).putInt(0x5145564d).putInt(3).array());
        destination.awaitStatus("failed");
        assertThat(destination.errorDesc()).startsWith("The stream ended in mid-record");
        destination.awaitRunState("dropped");
        assertThat(destination.isGuestRunning()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    -machine none -m 16M => The stream is for another machine: machine=microvm expected=none
                    -machine microvm -m 32M => The block has another length: block=microvm.ram length=16777216 expected=33554432
                    """)
    void shouldRefuseAStreamForAnotherMachine(String machine, String message) {
        TestVm source = processes.start(ProcessScenario.source(INTERP));
        TestVm destination =
                processes.start("-accel interp " + machine + " -incoming " + processes.uri());
        destination.awaitStatus("setup");
        source.migrateTo(processes.uri());
        assertThat(destination.awaitExit()).isEqualTo(1);
        assertThat(destination.output())
                .contains("The incoming migration failed, nothing runs here: ", message);
        source.awaitStatus("failed");
        assertThat(source.errorDesc()).isNotEmpty();
        source.requireRunningGuest();
    }

    private static void refuseNamesAndValues(TestVm vm) {
        Json.Obj capability = new Json.Obj().put("capability", "teleport").put("state", true);
        assertThat(
                        vm.refusal(
                                "migrate-set-capabilities",
                                new Json.Obj().put("capabilities", Json.array(capability))))
                .contains("teleport");
        assertThat(vm.refusal("migrate-set-parameters", new Json.Obj().put("haste", 1)))
                .contains("haste");
        assertThat(
                        vm.refusal(
                                "migrate-set-parameters",
                                new Json.Obj().put("downtime-limit", 2_000_001)))
                .contains("downtime_limit", "0 to (2000 * 1000) ms");
        assertThat(vm.refusal("beam-up", new Json.Obj())).contains("beam-up");
        assertThat(vm.refusal("x-query-stress", new Json.Obj().put("loud", true))).contains("loud");
    }

    /** A URI that is none, a port where nobody listens, and a machine that waits for nobody. */
    private static void refuseAddresses(TestVm vm) throws IOException {
        assertThat(vm.refusal("migrate", new Json.Obj().put("uri", "carrier-pigeon:1")))
                .isEqualTo("Parameter 'uri' expects a valid migration protocol");
        assertThat(vm.refusal("migrate-incoming", new Json.Obj().put("uri", "tcp:127.0.0.1:0")))
                .contains("'-incoming' was not specified");
        vm.migrateTo("tcp:127.0.0.1:" + closedPort());
        vm.awaitStatus("failed");
        assertThat(vm.errorDesc()).contains("Connection refused");
    }

    private void refuseSecondMigration(TestVm vm) {
        TestVm destination = processes.start(ProcessScenario.destination(processes, INTERP));
        destination.awaitStatus("setup");
        ProcessScenario.awaitRounds(vm, destination, processes.uri());
        assertThat(vm.refusal("migrate", new Json.Obj().put("uri", processes.uri())))
                .isEqualTo("There's a migration process in progress");
        assertThat(vm.status()).isEqualTo("active");
        vm.ask("migrate_cancel");
        vm.awaitStatus("cancelled");
    }

    private static void refuseLongLine(TestVm vm) throws IOException {
        vm.qmp().send("[" + "x".repeat(LONG_LINE) + "\n");
        assertThat(vm.qmp().reply().object("error").string("desc")).contains("too long");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void send(byte[] stream) throws IOException {
        try (SocketChannel channel =
                SocketChannel.open(UnixDomainSocketAddress.of(processes.file("migration")))) {
            channel.write(ByteBuffer.wrap(stream));
        }
    }
}
