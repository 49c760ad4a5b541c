package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every state and every event of both machines: what is not in the tables changes nothing. */
class HandoverTableTest {
    private static final String SOURCE =
            """
            ITERATING    STOP            -> STOPPED NONE
            ITERATING    CANCEL          -> CANCELLED NONE
            ITERATING    FAIL            -> FAILED NONE
            ITERATING    DROPPED         -> FAILED NONE
            ITERATING    DROPPED_EXPIRED -> EXPIRED NONE
            ITERATING    LINK_LOST       -> FAILED NONE
            STOPPED      READY           -> COMMITTED SEND_GO
            STOPPED      EXPIRE          -> ROLLING_BACK RESUME_GUEST
            STOPPED      CANCEL          -> CANCELLED RESUME_GUEST
            STOPPED      FAIL            -> FAILED RESUME_GUEST
            STOPPED      DROPPED         -> FAILED RESUME_GUEST
            STOPPED      DROPPED_EXPIRED -> EXPIRED RESUME_GUEST
            STOPPED      LINK_LOST       -> FAILED RESUME_GUEST
            ROLLING_BACK CANCEL          -> CANCELLED NONE
            ROLLING_BACK FAIL            -> FAILED NONE
            ROLLING_BACK DROPPED         -> EXPIRED NONE
            ROLLING_BACK DROPPED_EXPIRED -> EXPIRED NONE
            ROLLING_BACK ROLLED_BACK     -> ITERATING ITERATE next
            ROLLING_BACK LINK_LOST       -> EXPIRED NONE
            COMMITTED    STARTED         -> COMPLETED COMPLETE
            COMMITTED    DROPPED         -> RETURNED RESUME_GUEST
            COMMITTED    DROPPED_EXPIRED -> RETURNED RESUME_GUEST
            COMMITTED    LINK_LOST       -> UNKNOWN REPORT_UNKNOWN
            UNKNOWN      READY           -> UNKNOWN SEND_GO
            UNKNOWN      STARTED         -> COMPLETED COMPLETE
            UNKNOWN      DROPPED         -> RETURNED RESUME_GUEST
            UNKNOWN      DROPPED_EXPIRED -> RETURNED RESUME_GUEST
            UNKNOWN      RESUME          -> RESUMED RESUME_GUEST
            UNKNOWN      GIVE_UP         -> GIVEN_UP GIVE_UP
            """;

    private static final String DESTINATION =
            """
            LOADING  LOADED         -> PREPARED SEND_READY
            LOADING  GO             -> DROPPED SEND_DROPPED
            LOADING  ABORT          -> LOADING SEND_ROLLED_BACK next
            LOADING  ABORT_FOR_GOOD -> DROPPED SEND_DROPPED
            LOADING  EXPIRE         -> EXPIRED SEND_EXPIRED
            LOADING  FAIL           -> DROPPED SEND_DROPPED
            LOADING  LINK_LOST      -> DROPPED SEND_DROPPED
            LOADING  DROP           -> DROPPED SEND_DROPPED
            EXPIRED  GO             -> DROPPED SEND_DROPPED
            EXPIRED  ABORT          -> LOADING SEND_ROLLED_BACK next
            EXPIRED  ABORT_FOR_GOOD -> DROPPED SEND_DROPPED
            EXPIRED  FAIL           -> DROPPED SEND_DROPPED
            EXPIRED  LINK_LOST      -> DROPPED SEND_DROPPED
            EXPIRED  DROP           -> DROPPED SEND_DROPPED
            PREPARED GO             -> STARTING START_GUEST
            PREPARED ABORT          -> LOADING SEND_ROLLED_BACK next
            PREPARED ABORT_FOR_GOOD -> DROPPED SEND_DROPPED
            PREPARED QUERY          -> PREPARED SEND_READY
            PREPARED DROP           -> DROPPED SEND_DROPPED
            PREPARED RUN            -> STARTING START_GUEST
            STARTING STARTED        -> RUNNING SEND_STARTED
            STARTING START_FAILED   -> DROPPED SEND_DROPPED
            RUNNING  GO             -> RUNNING SEND_STARTED
            RUNNING  QUERY          -> RUNNING SEND_STARTED
            DROPPED  GO             -> DROPPED SEND_DROPPED
            DROPPED  ABORT          -> DROPPED SEND_DROPPED
            DROPPED  ABORT_FOR_GOOD -> DROPPED SEND_DROPPED
            DROPPED  QUERY          -> DROPPED SEND_DROPPED
            """;

    /** The few lines that read otherwise when no further attempt may follow. */
    private static final String LAST_ATTEMPT =
            "STOPPED      EXPIRE          -> EXPIRED RESUME_GUEST";

    private static final String NOT_RETRIED =
            """
            LOADING  ABORT          -> DROPPED SEND_DROPPED
            LOADING  EXPIRE         -> DROPPED SEND_DROPPED
            PREPARED ABORT          -> DROPPED SEND_DROPPED
            """;

    @Test
    void shouldStepAtTheSourceAsTheTableSays() {
        assertThat(source(true)).containsExactlyInAnyOrderElementsOf(lines(SOURCE, ""));
    }

    @Test
    void shouldStepAtTheSourceInTheLastAttemptAsTheTableSays() {
        assertThat(source(false)).containsExactlyInAnyOrderElementsOf(lines(SOURCE, LAST_ATTEMPT));
    }

    @Test
    void shouldStepAtTheDestinationAsTheTableSays() {
        assertThat(destination(true)).containsExactlyInAnyOrderElementsOf(lines(DESTINATION, ""));
    }

    @Test
    void shouldStepAtADestinationThatIsNotRetriedAsTheTableSays() {
        assertThat(destination(false))
                .containsExactlyInAnyOrderElementsOf(lines(DESTINATION, NOT_RETRIED));
    }

    private static List<String> source(boolean attemptsLeft) {
        List<String> lines = new ArrayList<>();
        for (SourceHandover.State state : SourceHandover.State.values()) {
            for (SourceHandover.Event event : SourceHandover.Event.values()) {
                SourceHandover.Step step = SourceHandover.next(state, event, attemptsLeft);
                if (step.state() != state || step.action() != SourceHandover.Action.NONE) {
                    lines.add(line(state, event, step.state(), step.action(), step.nextAttempt()));
                }
            }
        }
        return lines;
    }

    private static List<String> destination(boolean mayBeRetried) {
        List<String> lines = new ArrayList<>();
        for (DestinationHandover.State state : DestinationHandover.State.values()) {
            for (DestinationHandover.Event event : DestinationHandover.Event.values()) {
                DestinationHandover.Step step =
                        DestinationHandover.next(state, event, mayBeRetried);
                if (step.state() != state || step.action() != DestinationHandover.Action.NONE) {
                    lines.add(line(state, event, step.state(), step.action(), step.nextAttempt()));
                }
            }
        }
        return lines;
    }

    private static String line(
            Enum<?> from, Enum<?> event, Enum<?> to, Enum<?> action, boolean nextAttempt) {
        return from + " " + event + " -> " + to + " " + action + (nextAttempt ? " next" : "");
    }

    /** The table's lines, with those replaced that are about the same state and event. */
    private static List<String> lines(String table, String replacements) {
        List<String> lines = new ArrayList<>();
        for (String line : table.lines().toList()) {
            String wanted = line;
            for (String other : replacements.lines().toList()) {
                if (question(other).equals(question(line))) {
                    wanted = other;
                }
            }
            lines.add(wanted.replaceAll(" +", " "));
        }
        return lines;
    }

    private static String question(String line) {
        return line.substring(0, line.indexOf("->")).replaceAll(" +", " ");
    }
}
