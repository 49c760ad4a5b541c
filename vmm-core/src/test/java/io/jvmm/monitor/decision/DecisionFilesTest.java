package io.jvmm.monitor.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.admission.AttemptResult;
import io.jvmm.migration.admission.CostHistory;
import io.jvmm.migration.admission.CostHistory.Cost;
import io.jvmm.migration.admission.CostKey;
import io.jvmm.migration.admission.CostSample;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.migration.admission.DecisionReplay;
import io.jvmm.migration.admission.Estimate;
import io.jvmm.migration.admission.LinkSource;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.migration.admission.PredictedPhase;
import io.jvmm.migration.admission.SwitchoverAdmission;
import io.jvmm.migration.admission.SwitchoverForecast;
import io.jvmm.migration.admission.SwitchoverForecast.Limit;
import io.jvmm.migration.admission.SwitchoverForecast.Link;
import io.jvmm.migration.admission.SwitchoverForecast.Past;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import io.jvmm.migration.admission.SwitchoverPolicy;
import io.jvmm.monitor.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionFilesTest {
    private static final String HEAD = "{\"jvmm-switchover-costs\":1}\n";
    private static final String COST =
            "{\"kind\":\"device\",\"peer\":\"\",\"name\":\"save of device serial\",\"samples\":3,"
                    + "\"whole\":2,\"mean-ns\":120,\"deviation-ns\":9,\"least-ns\":110}\n";

    @TempDir Path directory;

    private final DecisionFiles files = new DecisionFiles();
    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = directory.resolve("file");
    }

    private static SwitchoverForecast forecast(long pending) {
        return new SwitchoverForecast(
                2,
                -5,
                "tcp:192.0.2.1",
                new Limit(true, 310, 300, 5),
                new Remaining(pending, 11, true),
                new Link(LinkSource.CONFIRMED, 1_000_000_000, 40),
                List.of(new PredictedPhase("transfer", PhaseKind.LINK, pending, 9, pending)),
                new Past(1, 1, 77, 50, 0));
    }

    private List<DecisionRecord> recorded() {
        SwitchoverAdmission admission =
                new SwitchoverAdmission(
                        files, files, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.6Z")));
        admission.decide(SwitchoverPolicy.LEARNED, forecast(400), false);
        admission.decide(SwitchoverPolicy.LEARNED, forecast(300), false);
        admission.decide(SwitchoverPolicy.LEARNED, forecast(100), true);
        admission.decide(SwitchoverPolicy.LEARNED, forecast(100), false);
        admission.ended(
                SwitchoverPolicy.LEARNED,
                forecast(100),
                new AttemptResult(AttemptResult.Outcome.OVERRAN, 306, "flush of ram", List.of()));
        admission.keep("", file.toString());
        return admission.log().records();
    }

    @Test
    void shouldReadBackWhatWasDecidedWithAllItsInputs() throws IOException {
        List<DecisionRecord> written = recorded();
        assertThat(DecisionFiles.decisions(file)).isEqualTo(written);
    }

    @Test
    void shouldDecideTheSameAgainFromTheFile() throws IOException {
        recorded();
        assertThat(
                        DecisionReplay.of(DecisionFiles.decisions(file), SwitchoverPolicy.LEARNED)
                                .differences())
                .isZero();
        assertThat(
                        DecisionReplay.of(
                                        DecisionFiles.decisions(file),
                                        SwitchoverPolicy.DOWNTIME_LIMIT)
                                .differences())
                .isEqualTo(1);
    }

    @Test
    void shouldAppend() throws IOException {
        recorded();
        recorded();
        assertThat(DecisionFiles.decisions(file)).hasSize(10);
    }

    @Test
    void shouldWriteOneLineForPeopleToRead() throws IOException {
        recorded();
        assertThat(Files.readAllLines(file).getLast())
                .startsWith(
                        "{\"time\":\"2026-01-02T03:04:05.600Z\",\"decision\":\"abort\","
                                + "\"policy\":\"learned\",\"reason\":\"overran\",")
                .contains("\"detail\":\"flush of ram\"")
                .contains("\"unconfirmed-bytes\":11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{}",
                "{\"time\":\"yesterday\",\"decision\":\"go\"}",
                "{\"time\":\"2026-01-02T03:04:05Z\",\"decision\":\"maybe\"}",
                "{\"time\":",
                "\u0001"
            })
    void shouldRefuseALogThatIsNone(String text) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> DecisionFiles.decisions(file)).isInstanceOf(JsonException.class);
    }

    @Test
    void shouldRefuseALogThatWasCutShort() throws IOException {
        recorded();
        byte[] whole = Files.readAllBytes(file);
        int lastLine =
                new String(whole, 0, whole.length - 1, StandardCharsets.UTF_8).lastIndexOf('\n')
                        + 1;
        for (int length = lastLine + 1; length < whole.length - 1; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> DecisionFiles.decisions(file))
                    .as("length %d", length)
                    .isInstanceOf(JsonException.class);
        }
    }

    @Test
    void shouldSayThatALogIsNotThere() {
        assertThatThrownBy(() -> DecisionFiles.decisions(file)).isInstanceOf(IOException.class);
    }

    @Test
    void shouldKeepCosts() throws IOException {
        List<Cost> costs =
                List.of(
                        new Cost(
                                new CostKey(PhaseKind.DEVICE, "", "save of device serial"),
                                new Estimate(3, 2, 120, 81, 110)),
                        new Cost(
                                new CostKey(PhaseKind.LINK, "tcp:192.0.2.1", "rest"),
                                new Estimate(1, 0, 7, 0, 7)));
        files.save(file.toString(), costs);
        assertThat(files.load(file.toString())).isEqualTo(costs);
        assertThat(Files.readString(file)).startsWith(HEAD + COST);
        files.save(file.toString(), List.of());
        assertThat(Files.readString(file)).isEqualTo(HEAD);
        assertThat(directory.toFile().list()).as("nothing else is left").containsExactly("file");
    }

    @Test
    void shouldKnowNothingWithoutAFile() {
        assertThat(files.load(file.toString())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{\"jvmm-switchover-costs\":2}\n",
                COST,
                HEAD + "{}",
                HEAD + "{\"kind\":\"device\"",
                HEAD
                        + "{\"kind\":\"device\",\"peer\":\"\",\"name\":\"x\",\"samples\":1,"
                        + "\"whole\":2,\"mean-ns\":1,\"deviation-ns\":1,\"least-ns\":1}",
                HEAD
                        + "{\"kind\":\"device\",\"peer\":\"\",\"name\":\"x\",\"samples\":1,"
                        + "\"whole\":1,\"mean-ns\":-1,\"deviation-ns\":1,\"least-ns\":1}",
                HEAD
                        + "{\"kind\":\"device\",\"peer\":\"p\",\"name\":\"x\",\"samples\":1,"
                        + "\"whole\":1,\"mean-ns\":1,\"deviation-ns\":1,\"least-ns\":1}"
            })
    void shouldStartAfreshWithABrokenFile(String text) throws IOException {
        Files.writeString(file, text);
        assertThat(files.load(file.toString())).isEmpty();
    }

    @Test
    void shouldNotReadMoreThanItEverWrote() throws IOException {
        Files.writeString(file, HEAD + COST.repeat(CostHistory.CAPACITY + 1));
        assertThat(files.load(file.toString())).isEmpty();
        Files.writeString(file, HEAD + COST.repeat(10_000));
        assertThat(files.load(file.toString())).isEmpty();
    }

    @Test
    void shouldGoOnWhereNothingCanBeWritten() {
        String nowhere = directory.resolve("no/such/directory").toString();
        files.save(nowhere, List.of());
        files.append(nowhere, List.of());
        assertThat(files.load(nowhere)).isEmpty();
        assertThat(files.load("\0")).isEmpty();
    }

    @Test
    void shouldLearnFromTheProcessBefore() {
        SwitchoverAdmission first = new SwitchoverAdmission(files, files, InstantSource.system());
        first.ended(
                SwitchoverPolicy.LEARNED,
                forecast(100),
                new AttemptResult(
                        AttemptResult.Outcome.COMMITTED,
                        306,
                        "",
                        List.of(
                                new CostSample(PhaseKind.DEVICE, "save of device a", 400, true),
                                new CostSample(PhaseKind.LINK, "rest", 7, true))));
        first.keep(file.toString(), "");
        SwitchoverAdmission second = new SwitchoverAdmission(files, files, InstantSource.system());
        second.remember(file.toString());
        assertThat(second.history().costs()).isEqualTo(first.history().costs());
    }
}
