package io.jvmm.migration.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.admission.SwitchoverForecast.Past;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
    private final List<DecisionRecord> written = new ArrayList<>();
    private final SwitchoverAdmission admission =
            new SwitchoverAdmission(
                    new CostStore.None(),
                    (_, records) -> written.addAll(records),
                    InstantSource.fixed(Instant.EPOCH));

    private void decide(long megabytes) {
        decide(megabytes, Past.NONE, false);
    }

    private void decide(long megabytes, Past past, boolean dryRun) {
        Remaining remaining = new Remaining(megabytes * Forecasts.MEGABYTE, 0, true);
        SwitchoverForecast forecast = Forecasts.of(Forecasts.LIMIT, remaining, past);
        admission.decide(SwitchoverPolicy.LEARNED, forecast, dryRun);
    }

    private List<String> kinds() {
        return admission.log().records().stream()
                .map(record -> record.kind().code() + " " + record.repeats())
                .toList();
    }

    @Test
    void shouldKeepEachDecisionWithItsInputs() {
        decide(400);
        decide(200);
        admission.ended(
                SwitchoverPolicy.LEARNED,
                Forecasts.of(200),
                new AttemptResult(
                        AttemptResult.Outcome.OVERRAN, 7_000_000, "flush of ram", List.of()));
        List<DecisionRecord> records = admission.log().records();
        assertThat(records)
                .extracting(DecisionRecord::kind)
                .containsExactly(DecisionKind.NOT_YET, DecisionKind.SWITCH, DecisionKind.ABORT);
        assertThat(records.getFirst().forecast()).isEqualTo(Forecasts.of(400));
        assertThat(records.getFirst().describe())
                .isEqualTo(
                        "too much is left to send: 390625 kbytes at 1000.0 MB/s, reserve 5.0 ms,"
                                + " limit 300.0 ms");
        assertThat(records.getLast().describe())
                .isEqualTo("the limit was exceeded after 7.0 ms, in flush of ram");
    }

    @Test
    void shouldFoldWhatIsDecidedAgainAndAgain() {
        for (int i = 0; i < 10_000; i++) {
            decide(1000 - i / 100);
            decide(400, new Past(0, 0, 0, 1, 0), false);
        }
        assertThat(kinds()).containsExactly("not-yet 10000", "not-yet 10000");
        assertThat(admission.log().records().getFirst().forecast())
                .as("of the last of them")
                .isEqualTo(Forecasts.of(901));
    }

    @Test
    void shouldFoldAcrossNoOutcome() {
        decide(400);
        decide(200);
        decide(400);
        decide(200);
        decide(200);
        assertThat(kinds())
                .containsExactly("not-yet 1", "switch 1", "not-yet 1", "switch 1", "switch 1");
    }

    @Test
    void shouldSayWhatADryRunWouldHaveDone() {
        decide(200, Past.NONE, true);
        decide(200, Past.NONE, true);
        assertThat(kinds()).containsExactly("would-switch 2");
    }

    @Test
    void shouldWriteEachRecordOnce() {
        decide(400);
        decide(400);
        assertThat(written).isEmpty();
        admission.keep("", "log");
        admission.keep("", "log");
        assertThat(written).hasSize(1);
        assertThat(written.getFirst().repeats()).isEqualTo(2);
        decide(400);
        admission.keep("", "");
        assertThat(kinds()).as("a record that was written is over").hasSize(2);
        assertThat(written).hasSize(1);
    }

    @Test
    void shouldKeepTheLastOnly() {
        for (int i = 0; i < DecisionLog.CAPACITY + 10; i++) {
            decide(200, new Past(i, 0, SwitchoverForecast.NEVER, 0, 0), false);
        }
        assertThat(admission.log().records()).hasSize(DecisionLog.CAPACITY);
        assertThat(admission.log().last().orElseThrow().forecast().past().stops())
                .isEqualTo(DecisionLog.CAPACITY + 9);
        admission.keep("", "log");
        assertThat(written).hasSize(DecisionLog.CAPACITY);
    }

    @Test
    void shouldDecideALogAgain() {
        decide(400);
        decide(299);
        decide(200);
        admission.ended(
                SwitchoverPolicy.LEARNED,
                Forecasts.of(200),
                new AttemptResult(AttemptResult.Outcome.COMMITTED, 7_000_000, "", List.of()));
        List<DecisionRecord> records = admission.log().records();
        assertThat(DecisionReplay.of(records, SwitchoverPolicy.LEARNED).differences()).isZero();
        DecisionReplay bare = DecisionReplay.of(records, SwitchoverPolicy.DOWNTIME_LIMIT);
        assertThat(bare.steps()).hasSize(2);
        assertThat(bare.differences())
                .as("the last not-yet had 299 ms to go, with a reserve of 5")
                .isEqualTo(1);
        assertThat(bare.steps().getFirst().differs()).isTrue();
    }
}
