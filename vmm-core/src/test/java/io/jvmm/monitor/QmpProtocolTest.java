package io.jvmm.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.monitor.json.JsonText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QmpProtocolTest {
    private static final String ABORT =
            "{\"side\":\"source\",\"phase\":\"load\",\"watch-late-ns\":4000,"
                    + "\"rollback-ns\":21000,\"resumed-ns\":309100000}";

    private final FakeTarget target = new FakeTarget();
    private final List<String> replies = new ArrayList<>();
    private final QmpProtocol qmp =
            new QmpProtocol(
                    new CommandExecutor(target, ShutdownReason.HOST_QMP_QUIT), replies::add);

    private String ask(String request) {
        replies.clear();
        qmp.receive(ByteBuffer.wrap((request + "\n").getBytes(UTF_8)));
        return String.join("", replies).strip();
    }

    private String execute(String command, String arguments) {
        return ask("{\"execute\": \"" + command + "\", \"arguments\": " + arguments + "}");
    }

    private void negotiate() {
        assertThat(ask("{\"execute\":\"qmp_capabilities\"}")).isEqualTo("{\"return\":{}}");
    }

    private static String error(String errorClass, String text) {
        return "{\"error\":{\"class\":\"" + errorClass + "\",\"desc\":\"" + text + "\"}}";
    }

    private static String generic(String text) {
        return error("GenericError", text);
    }

    @Test
    void shouldGreetWithAVersion() {
        assertThat(qmp.greeting())
                .matches(
                        "\\{\"QMP\":\\{\"version\":\\{\"qemu\":\\{\"micro\":0,\"minor\":0,"
                                + "\"major\":10\\},\"package\":\"jvmm [0-9.]+\"\\},"
                                + "\"capabilities\":\\[\\]\\}\\}\r\n");
    }

    @Test
    void shouldRequireTheNegotiationFirst() {
        assertThat(ask("{\"execute\":\"stop\"}"))
                .isEqualTo(
                        error(
                                "CommandNotFound",
                                "Expecting capabilities negotiation with 'qmp_capabilities'"));
        negotiate();
        assertThat(ask("{\"execute\":\"qmp_capabilities\"}"))
                .isEqualTo(
                        error(
                                "CommandNotFound",
                                "Capabilities negotiation is already complete, command ignored"));
    }

    @Test
    void shouldRefuseOutOfBand() {
        assertThat(execute("qmp_capabilities", "{\"enable\":[\"oob\"]}"))
                .contains("GenericError")
                .contains("oob");
        negotiate();
        assertThat(ask("{\"exec-oob\":\"stop\"}"))
                .isEqualTo(generic("QMP input member 'exec-oob' is unexpected"));
    }

    @Test
    void shouldEchoAnyId() {
        negotiate();
        assertThat(ask("{\"id\":{\"a\":[1,2.50,\"x\",null,true]},\"execute\":\"query-status\"}"))
                .isEqualTo(
                        "{\"return\":{\"status\":\"running\",\"running\":true},"
                                + "\"id\":{\"a\":[1,2.50,\"x\",null,true]}}");
        assertThat(ask("{\"execute\":\"frob\",\"id\":7}"))
                .isEqualTo(
                        "{\"error\":{\"class\":\"CommandNotFound\",\"desc\":"
                                + "\"The command frob has not been found\"},\"id\":7}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    [] | QMP input must be a JSON object
                    7 | QMP input must be a JSON object
                    {} | QMP input lacks member 'execute'
                    {"execute":1} | QMP input member 'execute' must be a string
                    {"exec":"stop"} | QMP input member 'exec' is unexpected
                    {"execute":"stop","arguments":[]} | QMP input member 'arguments' must be an object
                    {"execute":"stop","arguments":{"a":1}} | Parameter 'a' is unexpected
                    {"execute":"migrate"} | need either 'uri' or 'channels' argument
                    {"execute":"migrate","arguments":{"uri":"tcp:h:1","channels":[]}} | need either 'uri' or 'channels' argument
                    {"execute":"migrate","arguments":{"uri":1}} | Invalid parameter type for 'uri', expected: string
                    {"execute":"migrate","arguments":{"channels":[]}} | Parameter 'channels' expects one main channel
                    {"execute":"migrate","arguments":{"channels":[{"channel-type":"main"}]}} | Parameter 'channels[0].addr' is missing
                    {"execute":"migrate-set-capabilities"} | Parameter 'capabilities' is missing
                    {"execute":"migrate-set-capabilities","arguments":{"capabilities":{}}} | Invalid parameter type for 'capabilities', expected: array
                    {"execute":"migrate-set-capabilities","arguments":{"capabilities":[1]}} | Invalid parameter type for 'capabilities[0]', expected: object
                    {"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"events"}]}} | Parameter 'capabilities[0].state' is missing
                    {"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"events","state":1}]}} | Invalid parameter type for 'capabilities[0].state', expected: boolean
                    {"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"foo","state":true}]}} | Parameter 'capability' does not accept value 'foo'
                    {"execute":"migrate-set-parameters","arguments":{"foo":1}} | Parameter 'foo' is unexpected
                    {"execute":"migrate-set-parameters","arguments":{"downtime-limit":"x"}} | Parameter 'downtime-limit' expects uint64
                    {"execute":"migrate-set-parameters","arguments":{"downtime-limit":1.5}} | Parameter 'downtime-limit' expects uint64
                    {"execute":"migrate-set-parameters","arguments":{"max-bandwidth":18446744073709551616}} | Parameter 'max-bandwidth' expects uint64
                    {"execute":"migrate-set-parameters","arguments":{"downtime-limit":-1}} | Parameter 'downtime_limit' expects an integer in the range of 0 to (2000 * 1000) ms
                    {"execute":"migrate-set-parameters","arguments":{"multifd-channels":300}} | Parameter 'multifd-channels' expects uint8_t
                    {"execute":"migrate-set-parameters","arguments":{"tls-creds":1}} | Invalid parameter type for 'tls-creds', expected: string
                    {"execute":"migrate-set-parameters","arguments":{"mode":[]}} | Parameter 'mode' expects a number, a string or a boolean
                    """)
    void shouldRefuseInTheWordsOfQemu(String request, String text) {
        negotiate();
        assertThat(ask(request)).isEqualTo(generic(text));
        assertThat(target.calls).isEmpty();
    }

    @Test
    void shouldSurviveAbuse() {
        negotiate();
        assertThat(ask("{bad}")).startsWith("{\"error\":{\"class\":\"GenericError\"");
        assertThat(ask("stop")).contains("JSON parse error");
        assertThat(ask("\u0000\u0001 {}"))
                .isEqualTo(generic("JSON parse error, stray byte: value=0"));
        assertThat(ask("[".repeat(5000) + "]".repeat(5000))).contains("JSON parse error");
        assertThat(ask("{\"execute\":\"" + "x".repeat(10_000_000) + "\"}"))
                .isEqualTo(generic("JSON parse error, text is too long: limit=65536"));
        assertThat(ask("{\"execute\":\"stop\",\"execute\":\"quit\"}")).contains("JSON parse error");
        assertThat(ask("{\"execute\":\"query-status\"}")).contains("running");
        assertThat(target.calls).isEmpty();
    }

    @Test
    void shouldStartAfreshBehindTheResetByte() {
        negotiate();
        replies.clear();
        byte[] unfinished = "{\"execute\":[?{\"execute\":\"query-name\"}".getBytes(UTF_8);
        unfinished[12] = (byte) 0xff;
        qmp.receive(ByteBuffer.wrap(unfinished));
        assertThat(replies)
                .containsExactly(
                        generic("JSON parse error, stray byte: value=255") + "\r\n",
                        "{\"return\":{\"name\":\"fake\"}}\r\n");
    }

    @Test
    void shouldAnswerRequestsInOneBatchInOrder() {
        negotiate();
        assertThat(ask("{\"execute\":\"query-name\"} {\"execute\":\n\"query-uuid\"}"))
                .isEqualTo(
                        "{\"return\":{\"name\":\"fake\"}}\r\n{\"return\":{\"UUID\":"
                                + "\"00000000-0000-0000-0000-000000000000\"}}");
    }

    @Test
    void shouldMigrateInTheBackground() {
        negotiate();
        assertThat(execute("migrate", "{\"uri\":\"tcp:h:1\",\"detach\":false}"))
                .isEqualTo("{\"return\":{}}");
        String inet =
                "{\"channels\":[{\"channel-type\":\"main\",\"addr\":{\"transport\":\"socket\","
                        + "\"type\":\"inet\",\"host\":\"::1\",\"port\":\"4444\"}}]}";
        assertThat(execute("migrate", inet)).isEqualTo("{\"return\":{}}");
        String unix =
                "{\"exit-on-error\":false,\"channels\":[{\"channel-type\":\"main\",\"addr\":"
                        + "{\"transport\":\"socket\",\"type\":\"unix\",\"path\":\"/p\"}}]}";
        assertThat(execute("migrate-incoming", unix)).isEqualTo("{\"return\":{}}");
        assertThat(ask("{\"execute\":\"migrate_cancel\"}")).isEqualTo("{\"return\":{}}");
        assertThat(target.calls)
                .containsExactly(
                        "migrate tcp:h:1",
                        "migrate tcp:[::1]:4444",
                        "incoming unix:/p false",
                        "cancel");
    }

    @Test
    void shouldSetAndReadBack() {
        negotiate();
        execute(
                "migrate-set-capabilities",
                "{\"capabilities\":[{\"capability\":\"switchover-abort\",\"state\":true},"
                        + "{\"capability\":\"return-path\",\"state\":true}]}");
        assertThat(target.capabilities.isOn(Capability.SWITCHOVER_ABORT)).isTrue();
        assertThat(ask("{\"execute\":\"query-migrate-capabilities\"}"))
                .startsWith("{\"return\":[{\"state\":false,\"capability\":\"xbzrle\"}")
                .contains("{\"state\":true,\"capability\":\"switchover-abort\"}");
        execute(
                "migrate-set-parameters",
                "{\"max-bandwidth\":18446744073709551615,\"tls-creds\":null,"
                        + "\"cpu-throttle-tailslow\":true,\"multifd-compression\":\"zstd\"}");
        assertThat(ask("{\"execute\":\"query-migrate-parameters\"}"))
                .contains("\"max-bandwidth\":18446744073709551615")
                .contains("\"tls-creds\":\"\"")
                .contains("\"cpu-throttle-tailslow\":true")
                .contains("\"multifd-compression\":\"zstd\"")
                .contains("\"downtime-limit\":300")
                .contains("\"switchover-limit\":0")
                .contains("\"switchover-policy\":\"\"")
                .contains("\"switchover-dry-run\":false");
    }

    @Test
    void shouldShowEveryParameter() {
        negotiate();
        String reply = ask("{\"execute\":\"query-migrate-parameters\"}");
        for (MigrationParameter parameter : MigrationParameter.values()) {
            assertThat(reply).contains("\"" + parameter.label() + "\":");
        }
    }

    @Test
    void shouldShowNothingBeforeAnyMigration() {
        negotiate();
        assertThat(ask("{\"execute\":\"query-migrate\"}")).isEqualTo("{\"return\":{}}");
    }

    @Test
    void shouldShowMigrations() {
        negotiate();
        target.info = MigrationInfo.of(MigrationStatus.SETUP);
        assertThat(ask("{\"execute\":\"query-migrate\"}"))
                .isEqualTo("{\"return\":{\"status\":\"setup\"}}");
        target.info = MigrationSamples.completed();
        assertThat(ask("{\"execute\":\"query-migrate\"}"))
                .startsWith(
                        "{\"return\":{\"status\":\"completed\",\"total-time\":1500,"
                                + "\"downtime\":23,\"setup-time\":4,\"ram\":{\"total\":1048576,")
                .contains("\"mbps\":12.5,\"transferred\":640960,");
        target.info = MigrationSamples.active();
        assertThat(ask("{\"execute\":\"query-migrate\"}")).contains("\"expected-downtime\":300");
        target.info = MigrationSamples.withDevice();
        assertThat(ask("{\"execute\":\"query-migrate\"}"))
                .isEqualTo(
                        "{\"return\":{\"blocked-reasons\":[\"0000:00:02.0: VFIO migration is not"
                                + " supported by the device\"],\"status\":\"active\","
                                + "\"vfio\":{\"transferred\":16777216}}}");
        target.info = MigrationSamples.incoming("tcp:[::1]:4444");
        assertThat(ask("{\"execute\":\"query-migrate\"}"))
                .isEqualTo(
                        "{\"return\":{\"status\":\"setup\",\"socket-address\":"
                                + "[{\"type\":\"inet\",\"host\":\"::1\",\"port\":\"4444\"}]}}");
        target.info = MigrationSamples.incoming("unix:/run/m");
        assertThat(ask("{\"execute\":\"query-migrate\"}"))
                .endsWith("[{\"type\":\"unix\",\"path\":\"/run/m\"}]}}");
        target.info = MigrationSamples.cancelled();
        assertThat(ask("{\"execute\":\"query-migrate\"}"))
                .isEqualTo(
                        "{\"return\":{\"status\":\"cancelled\",\"error-desc\":"
                                + "\"switchover limit of 310 ms exceeded\",\"switchover\":"
                                + "{\"limit-ns\":310000000,\"enforcement\":"
                                + "\"until STARTED (peer: jvmm)\",\"watch\":"
                                + "\"SCHED_FIFO, timer slack 1 ns\",\"stop-clock-ns\":77,"
                                + "\"phases\":[{\"name\":\"flush of ram\",\"ns\":1234567},"
                                + "{\"name\":\"load at the destination\",\"ns\":307844433},"
                                + "{\"name\":\"abort\",\"ns\":21000}],\"abort\":"
                                + ABORT
                                + "}}}");
    }

    @Test
    void shouldShowTheLedgerOfEachAttempt() {
        negotiate();
        assertThat(ask("{\"execute\":\"query-switchover\"}"))
                .startsWith(
                        "{\"return\":[{\"attempt\":1,\"role\":\"source\",\"outcome\":\"expired\","
                                + "\"total-ns\":309100000,\"limit-ns\":310000000,"
                                + "\"downtime\":309,\"peer\":\"jvmm\",\"enforcement\":"
                                + "\"until STARTED (peer: jvmm)\",\"watch\":"
                                + "\"SCHED_FIFO, timer slack 1 ns\",\"stop-clock-ns\":77,"
                                + "\"abort\":"
                                + ABORT
                                + ",\"lines\":["
                                + "{\"side\":\"source\",\"phase\":\"flush\",\"device\":\"ram\","
                                + "\"sum\":\"total\",\"start-ns\":7,\"reserve-ns\":0,"
                                + "\"spent-ns\":1234567,\"slack-ns\":-1234567},")
                .contains(
                        "{\"side\":\"destination\",\"phase\":\"device-load\",\"device\":\"vfio\","
                                + "\"sum\":\"destination-load\",\"start-ns\":7,\"reserve-ns\":0,"
                                + "\"spent-ns\":307000000,\"slack-ns\":-307000000}")
                .endsWith(
                        "{\"side\":\"destination\",\"phase\":\"garbage-collection\","
                                + "\"device\":\"Copy\",\"sum\":\"none\",\"reserve-ns\":0,"
                                + "\"spent-ns\":2000000,\"slack-ns\":-2000000}]}]}");
    }

    @Test
    void shouldAnswerTheOtherQueries() {
        negotiate();
        assertThat(ask("{\"execute\":\"query-version\"}")).contains("\"major\":10");
        assertThat(ask("{\"execute\":\"query-commands\"}"))
                .startsWith("{\"return\":[{\"name\":\"qmp_capabilities\"}")
                .contains("{\"name\":\"x-query-stress\"}");
        assertThat(ask("{\"execute\":\"x-query-stress\"}"))
                .isEqualTo(
                        "{\"return\":{\"work\":42,\"pages\":16,\"wrong-pages\":0,\"uarts\":2,"
                                + "\"uart-bytes\":4000,\"uart-errors\":1,\"pauses\":"
                                + "[{\"start\":1000,\"duration\":2500000}]}}");
        assertThat(execute("human-monitor-command", "{\"command-line\":\"info status\"}"))
                .isEqualTo("{\"return\":\"VM status: running\\r\\n\"}");
        assertThat(ask("{\"execute\":\"quit\"}")).isEqualTo("{\"return\":{}}");
        assertThat(target.calls).containsExactly("quit HOST_QMP_QUIT");
    }

    @Test
    void shouldTellEventsOnlyAfterTheNegotiation() {
        Instant when = Instant.ofEpochSecond(5, 7_000);
        assertThat(qmp.event(new MonitorEvent.Stopped(), when)).isEmpty();
        negotiate();
        Map.of(
                        new MonitorEvent.Stopped(), "\"event\":\"STOP\"}",
                        new MonitorEvent.Resumed(), "\"event\":\"RESUME\"}",
                        new MonitorEvent.Migration(MigrationStatus.CANCELLING),
                                "\"event\":\"MIGRATION\",\"data\":{\"status\":\"cancelling\"}}",
                        new MonitorEvent.MigrationPass(2),
                                "\"event\":\"MIGRATION_PASS\",\"data\":{\"pass\":2}}",
                        new MonitorEvent.Switchover(MigrationSamples.expired()),
                                "\"event\":\"SWITCHOVER\",\"data\":{\"attempt\":1,"
                                        + "\"role\":\"source\",\"outcome\":\"expired\","
                                        + "\"total-ns\":309100000,\"limit-ns\":310000000}}",
                        new MonitorEvent.Shutdown(ShutdownReason.HOST_SIGNAL),
                                "\"event\":\"SHUTDOWN\",\"data\":"
                                        + "{\"guest\":false,\"reason\":\"host-signal\"}}")
                .forEach((event, text) ->
                        assertThat(qmp.event(event, when).orElseThrow().strip())
                                .isEqualTo(
                                        "{\"timestamp\":{\"seconds\":5,"
                                                + "\"microseconds\":7},"
                                                + text));
    }

    @Test
    void shouldWriteWhatItCanParse() {
        String text = "{\"a\":[1,-2.5e3,\"\\u0007ä\",null,true,{}]}";
        assertThat(JsonText.write(JsonText.parse(text.getBytes(UTF_8)))).isEqualTo(text);
    }
}
