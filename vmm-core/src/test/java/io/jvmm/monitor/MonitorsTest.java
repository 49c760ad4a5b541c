package io.jvmm.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.monitor.transport.Chardev;
import io.jvmm.monitor.transport.Transport;
import io.jvmm.monitor.transport.TransportListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MonitorsTest {
    @TempDir Path directory;
    private final FakeTarget target = new FakeTarget();

    /** A client that reads until it has seen a text. */
    private record Client(Transport transport, StringBuilder seen) implements AutoCloseable {
        static Client connect(Chardev.UnixSocket server) throws IOException {
            return new Client(Chardev.connect(server), new StringBuilder());
        }

        static Client connect(String address) throws IOException {
            var socket = (Chardev.TcpSocket) Chardev.parse(address);
            return new Client(Chardev.connect(socket), new StringBuilder());
        }

        void send(String text) throws IOException {
            transport.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }

        /** Reads up to the end of the text and drops it. */
        String until(String text) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (seen.indexOf(text) < 0) {
                if (transport.read(buffer.clear()) < 0) {
                    return "END after " + seen;
                }
                seen.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
            int end = seen.indexOf(text) + text.length();
            String part = seen.substring(0, end);
            seen.delete(0, end);
            return part;
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private Chardev.UnixSocket server(String name) {
        return new Chardev.UnixSocket(directory.resolve(name), Chardev.Role.SERVER);
    }

    private Monitors open(Chardev chardev, MonitorSpec.Mode mode) throws IOException {
        return Monitors.open(List.of(new MonitorSpec(chardev, mode)), target);
    }

    @Test
    void shouldTalkHmpOverAUnixSocket() throws Exception {
        Chardev.UnixSocket socket = server("hmp");
        try (Monitors _ = open(socket, MonitorSpec.Mode.READLINE);
                Client client = Client.connect(socket)) {
            assertThat(client.until("(qemu) ")).matches("jvmm [0-9.]+ monitor - .*\r\n\\(qemu\\) ");
            client.send("info status\n");
            assertThat(client.until("(qemu) ")).isEqualTo("VM status: running\r\n(qemu) ");
        }
    }

    @Test
    void shouldTalkQmpOverLoopbackTcpWithAPortOfTheKernelsChoice() throws Exception {
        Chardev any = new Chardev.TcpSocket("", 0, Chardev.Role.SERVER);
        try (Monitors monitors = open(any, MonitorSpec.Mode.CONTROL);
                Client client = Client.connect(monitors.addresses().getFirst())) {
            assertThat(monitors.addresses().getFirst()).startsWith("tcp:127.0.0.1:");
            assertThat(client.until("\n")).startsWith("{\"QMP\":");
            client.send("{\"execute\":\"qmp_capabilities\"}\n");
            assertThat(client.until("\n")).isEqualTo("{\"return\":{}}\r\n");
        }
    }

    @Test
    void shouldConnectAsAClient() throws Exception {
        Chardev.UnixSocket place = server("driver");
        try (TransportListener driver = Chardev.listen(place);
                Monitors _ =
                        open(
                                new Chardev.UnixSocket(place.path(), Chardev.Role.CLIENT),
                                MonitorSpec.Mode.CONTROL);
                Client client = new Client(driver.accept(), new StringBuilder())) {
            assertThat(client.until("\n")).startsWith("{\"QMP\":");
        }
    }

    @Test
    void shouldLetOthersGoOnWhileOneWaitsForItsMigration() throws Exception {
        Chardev.UnixSocket socket = server("hmp");
        try (Monitors _ = open(socket, MonitorSpec.Mode.READLINE);
                Client waiting = Client.connect(socket);
                Client other = Client.connect(socket)) {
            waiting.until("(qemu) ");
            waiting.send("migrate tcp:h:1\ninfo name\n");
            other.until("(qemu) ");
            while (target.calls.isEmpty()) {
                other.send("info status\n");
                other.until("(qemu) ");
            }
            other.send("info migrate\n");
            assertThat(other.until("(qemu) ")).contains("Migration status: setup");
            target.info = MigrationSamples.cancelled();
            target.migrationEnd.countDown();
            assertThat(waiting.until("(qemu) "))
                    .startsWith("Error: migration cancelled: switchover limit");
            assertThat(waiting.until("(qemu) ")).startsWith("fake");
        }
    }

    @Test
    void shouldSendMigrationEventsOnlyWhileTheyAreOn() throws Exception {
        Chardev.UnixSocket socket = server("qmp");
        try (Monitors _ = open(socket, MonitorSpec.Mode.CONTROL);
                Client client = Client.connect(socket)) {
            client.send("{\"execute\":\"qmp_capabilities\"}\n");
            client.until("{\"return\":{}}\r\n");
            target.emit(new MonitorEvent.Migration(MigrationStatus.SETUP));
            target.setCapabilities(Map.of(Capability.EVENTS, true));
            target.emit(new MonitorEvent.Migration(MigrationStatus.ACTIVE));
            assertThat(client.until("\n")).contains("\"status\":\"active\"");
            client.send("{\"execute\":\"stop\"}\n");
            assertThat(client.until("\n")).contains("STOP");
            assertThat(client.until("\n")).isEqualTo("{\"return\":{}}\r\n");
        }
    }

    @Test
    void shouldDeliverTheLastEventsBeforeItCloses() throws Exception {
        Chardev.UnixSocket socket = server("qmp");
        try (Client client = closeAfterQuit(socket)) {
            assertThat(client.until("never"))
                    .contains("host-qmp-quit")
                    .endsWith("{\"return\":{}}\r\n");
        }
        assertThat(target.listeners).isEmpty();
    }

    private Client closeAfterQuit(Chardev.UnixSocket socket) throws IOException {
        try (Monitors _ = open(socket, MonitorSpec.Mode.CONTROL)) {
            Client client = Client.connect(socket);
            client.send("{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"quit\"}\n");
            while (target.calls.isEmpty()) {
                Thread.onSpinWait();
            }
            return client;
        }
    }

    @Test
    void shouldAnswerAHugeLineWithAnErrorAndGoOn() throws Exception {
        Chardev.UnixSocket socket = server("hmp");
        try (Monitors _ = open(socket, MonitorSpec.Mode.READLINE);
                Client client = Client.connect(socket)) {
            client.until("(qemu) ");
            client.send("x".repeat(10_000_000) + "\ninfo name\n");
            assertThat(client.until("(qemu) ")).startsWith("Error: line is too long: limit=4095");
            assertThat(client.until("(qemu) ")).startsWith("fake");
        }
    }

    @Test
    void shouldLimitTheNumberOfClients() throws Exception {
        Chardev.UnixSocket socket = server("hmp");
        try (Monitors _ = open(socket, MonitorSpec.Mode.READLINE)) {
            Client[] clients = new Client[8];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = Client.connect(socket);
                clients[i].until("(qemu) ");
            }
            try (Client tooMany = Client.connect(socket)) {
                assertThat(tooMany.until("(qemu) ")).startsWith("END");
            }
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldCloseWhatIsOpenWhenOneMonitorFails() {
        List<MonitorSpec> specs =
                List.of(
                        new MonitorSpec(server("good"), MonitorSpec.Mode.READLINE),
                        new MonitorSpec(
                                new Chardev.UnixSocket(
                                        directory.resolve("missing"), Chardev.Role.CLIENT),
                                MonitorSpec.Mode.CONTROL));
        assertThatThrownBy(() -> Monitors.open(specs, target)).isInstanceOf(IOException.class);
        assertThat(directory.resolve("good")).doesNotExist();
    }
}
