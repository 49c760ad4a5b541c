package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.switchover.LedgerSide;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SwitchoverHistoryTest {
    private final SwitchoverHistory history = new SwitchoverHistory();

    private static SwitchoverInfo attempt(int number, long stop, SwitchoverOutcome outcome) {
        return new SwitchoverInfo(
                new SwitchoverInfo.Attempt(number, LedgerSide.SOURCE, "jvmm"),
                outcome,
                new SwitchoverInfo.Enforcement(1, "", ""),
                stop,
                0,
                List.of(),
                null);
    }

    @Test
    void shouldKeepTheLastAttempts() {
        IntStream.rangeClosed(1, 20)
                .forEach(i -> history.add(attempt(i, i, SwitchoverOutcome.EXPIRED)));

        assertThat(history.attempts())
                .extracting(each -> each.attempt().number())
                .containsExactlyElementsOf(IntStream.rangeClosed(5, 20).boxed().toList());
    }

    @Test
    void shouldReplaceAnAttemptWhoseOutcomeHasBecomeKnown() {
        history.add(attempt(1, 5, SwitchoverOutcome.EXPIRED));
        history.add(attempt(2, 9, SwitchoverOutcome.UNKNOWN));
        history.add(attempt(2, 9, SwitchoverOutcome.RETURNED));

        assertThat(history.attempts())
                .extracting(SwitchoverInfo::outcome)
                .containsExactly(SwitchoverOutcome.EXPIRED, SwitchoverOutcome.RETURNED);
    }
}
