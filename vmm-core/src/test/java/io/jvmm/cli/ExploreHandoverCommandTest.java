package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code jvmm explore-handover} as it is used. */
class ExploreHandoverCommandTest {
    private final StringWriter out = new StringWriter();

    @Test
    void shouldTellOfEveryMutantAndOfWhereTheHandOverComesToRest() {
        CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
        assertThat(Main.execute(commandLine, "explore-handover", "--mutants")).isZero();
        assertThat(out.toString())
                .contains("attempts    worlds     moves   seconds")
                .contains("holds   never do two sides run the guest")
                .contains("| guest runs at | what to do |")
                .contains("caught  the source takes NO_SUCH_SESSION for DROPPED")
                .contains("source: stops the guest")
                .doesNotContain("MISSED", "BROKEN", "VIOLATION");
    }
}
