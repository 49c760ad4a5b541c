package io.jvmm.migration.switchover.explore;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof of the hand-over, over the state machines that run in production. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandoverExplorationTest {
    private static final Path DOCUMENT = Path.of("..", "ARCHITECTURE.md");
    private static final String BEGIN = "<!-- handover-outcomes -->\n";
    private static final String END = "<!-- /handover-outcomes -->";

    private final Map<Mutant, Property> catches = catches();
    private final List<Exploration> production = Explorations.production();
    private final Exploration falseWord = Explorations.falseWord();

    private static Map<Mutant, Property> catches() {
        Map<Mutant, Property> catches = new EnumMap<>(Mutant.class);
        catches.put(Mutant.READY_DROPPED, Property.COMMITTED_AFTER_READY);
        catches.put(Mutant.READY_EARLY, Property.LOADED_BEFORE_READY);
        catches.put(Mutant.START_ON_TIMEOUT, Property.NEVER_TWO);
        catches.put(Mutant.RESUME_AFTER_GO, Property.NEVER_TWO);
        catches.put(Mutant.ABORT_ON_PREPARED, Property.NEVER_TWO);
        catches.put(Mutant.CANCEL_AFTER_COMMIT, Property.NEVER_TWO);
        catches.put(Mutant.NO_ATTEMPT_NUMBER, Property.COMMITTED_AFTER_READY);
        catches.put(Mutant.NO_SUCH_SESSION_IS_DROPPED, Property.NEVER_TWO);
        catches.put(Mutant.DROP_WHILE_STARTING, Property.DROPPED_NEVER_RUNS);
        catches.put(Mutant.STARTED_EARLY, Property.COMPLETED_RUNS_THERE);
        catches.put(Mutant.GO_NOT_OBEYED, Property.ENDS);
        catches.put(Mutant.SILENCE_UNNOTICED, Property.NAMED);
        catches.put(Mutant.LAST_WORD_IGNORED, Property.HELPED);
        catches.put(Mutant.DONE_EARLY, Property.HELPED);
        catches.put(Mutant.STRANGER_SAYS_DROPPED, Property.NEVER_REWOUND);
        catches.put(Mutant.CONT_WHILE_PREPARED, Property.NEVER_TWO);
        catches.put(Mutant.CONT_WHILE_UNKNOWN, Property.ABORTED_RUNS_HERE);
        return catches;
    }

    @Test
    void shouldHoldEveryPropertyInEveryWorld() {
        assertThat(production)
                .allSatisfy(each -> {
                    assertThat(each.violation()).isNull();
                    assertThat(each.states()).isGreaterThan(100_000);
                });
    }

    @ParameterizedTest
    @EnumSource
    void shouldCatchEachMutant(Mutant mutant) {
        Exploration.Violation violation =
                requireNonNull(Explorations.of(mutant).violation(), "missed");
        assertThat(violation.property())
                .as(String.join("\n", violation.trace()))
                .isEqualTo(catches.get(mutant));
    }

    @Test
    void shouldHaveAMutantForEachProperty() {
        assertThat(catches.values()).containsAll(Arrays.asList(Property.values()));
    }

    @Test
    void shouldLeadToTwoGuestsWhenAnOperatorsWordIsFalse() {
        Exploration.Violation violation = requireNonNull(falseWord.violation(), "no second guest");
        assertThat(violation.property()).isEqualTo(Property.NEVER_TWO);
        assertThat(violation.trace().getLast()).contains("peer-is-dead=true");
    }

    @Test
    void shouldBeToldInTheArchitectureDocument() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertThat(document).contains(BEGIN, END);
        String table = document.substring(document.indexOf(BEGIN), document.indexOf(END));
        assertThat(table)
                .as("between the markers belongs the output of: jvmm explore-handover --table")
                .isEqualTo(
                        OutcomeTable.lines(production, falseWord).stream()
                                .collect(Collectors.joining("\n", BEGIN, "\n")));
    }
}
