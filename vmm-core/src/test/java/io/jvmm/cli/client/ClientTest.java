package io.jvmm.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import io.jvmm.monitor.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClientTest {
    /** Says what it was given, a few bytes at a time. */
    private static final class Script implements Transport {
        private final ByteBuffer script;
        private final StringBuilder heard = new StringBuilder();

        Script(String text) {
            script = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int read(ByteBuffer into) {
            int count = Math.min(3, script.remaining());
            for (int i = 0; i < count; i++) {
                into.put(script.get());
            }
            return count == 0 ? -1 : count;
        }

        @Override
        public void write(ByteBuffer from) {
            heard.append(StandardCharsets.UTF_8.decode(from));
        }

        @Override
        public String peer() {
            return "script";
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldTypeAndReadUpToThePrompt() throws IOException {
        Script script = new Script("banner\r\n(qemu) VM status: running\r\n(qemu) ");
        try (MonitorClient human = MonitorClient.human(script)) {
            assertThat(human.type("info status")).isEqualTo("VM status: running\n");
        }
        assertThat(script.heard).hasToString("info status\n");
    }

    @Test
    void shouldSkipEventsAndReportErrors() throws IOException {
        Script script =
                new Script(
                        """
                        {"QMP":{}}
                        {"return":{}}
                        {"event":"STOP"}
                        {"return":{"a":1}}
                        {"error":{"desc":"no"}}
                        """);
        try (MonitorClient qmp = MonitorClient.qmp(script)) {
            assertThat(qmp.execute("x").integer("a")).isEqualTo(1);
            assertThatThrownBy(() -> qmp.execute("y"))
                    .isInstanceOf(CommandRefusedException.class)
                    .hasMessage("y: no");
            assertThatThrownBy(() -> qmp.execute("z")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldFindThePauseThatOverlapsTheSwitchover() {
        Json.Obj json =
                (Json.Obj)
                        JsonText.parse(
                                """
                                {"work":7,"pages":4,"wrong-pages":0,
                                "uarts":1,"uart-bytes":9,"uart-errors":0,"pauses":[
                                {"start":100,"duration":900},{"start":2000,"duration":50},
                                {"start":2100,"duration":40}]}
                                """
                                        .getBytes(StandardCharsets.UTF_8));
        GuestReport report = GuestReport.of(json);
        assertThat(report.longestPause(2010, 2120)).hasValue(new GuestReport.Pause(2000, 50));
        assertThat(report.longestPause(999, 1000)).hasValue(new GuestReport.Pause(100, 900));
        assertThat(report.longestPause(1001, 1999)).isEmpty();
        assertThat(report.shortestRemembered()).isEmpty();
    }

    @Test
    void shouldBoundAPauseThatTheGuestDoesNotRemember() {
        var pauses =
                java.util.stream.LongStream.rangeClosed(11, 18)
                        .mapToObj(nanos -> new GuestReport.Pause(nanos * 1000, nanos))
                        .toList();
        assertThat(
                        new GuestReport(1, 1, 0, new GuestReport.Uarts(0, 0, 0), pauses)
                                .shortestRemembered())
                .hasValue(11);
    }
}
