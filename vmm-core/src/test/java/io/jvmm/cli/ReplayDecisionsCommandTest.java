package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayDecisionsCommandTest {
    private static final String RECORD =
            """
            {"time":"2026-01-02T03:04:05.600Z","decision":"not-yet","policy":"learned",\
            "reason":"too-long","text":"","repeats":12,"spent-ns":0,"detail":"",\
            "forecast":{"attempt":1,"clock-ns":1,"peer":"tcp:192.0.2.1","enforced":true,\
            "limit-ns":310000000,"downtime-limit-ns":300000000,"reserve-ns":5000000,\
            "pending-bytes":299000000,"unconfirmed-bytes":0,"exact":true,\
            "bandwidth-source":"confirmed","bytes-per-second":1000000000,\
            "round-trip-ns":40000,"stops":0,"stops-in-vain":0,"since-abort-ns":-1,\
            "back-off-ns":0,"held-back-ns":0,"phases":[{"name":"transfer","kind":"link",\
            "mean-ns":299000000,"margin-ns":20000000,"least-ns":299000000}]}}
            """;

    @TempDir Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int replay(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return Main.execute(line, arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("log"), text).toString();
    }

    @Test
    void shouldShowWhereAnotherPolicyDiffers() throws IOException {
        assertThat(replay("replay-decisions", file(RECORD))).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "2026-01-02T03:04:05.600Z attempt 1 learned not-yet: the whole switchover"
                                + " is predicted to take too long: predicted 299.0 ms (transfer"
                                + " 299.0 ms), margin 20.0 ms, reserve 5.0 ms, limit 310.0 ms",
                        "    DIFFERS: downtime-limit switch: what is pending fits downtime-limit:"
                                + " 291992 kbytes at 1000.0 MB/s, reserve 5.0 ms, limit 310.0 ms",
                        "1 decisions, 1 differ; stops that were aborted: 0");
    }

    @Test
    void shouldDecideTheSameByTheSamePolicy() throws IOException {
        assertThat(replay("replay-decisions", file(RECORD), "--policy", "learned")).isZero();
        assertThat(out.toString()).contains("1 decisions, 0 differ").doesNotContain("DIFFERS");
    }

    @Test
    void shouldSayWhyAFileCannotBeRead() throws IOException {
        Path none = directory.resolve("none");
        assertThat(replay("replay-decisions", none.toString())).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("jvmm: " + none + ": no such file\n");
        assertThat(replay("replay-decisions", file("{}"))).isEqualTo(1);
        assertThat(err.toString()).contains("member 'time' is not a string");
        assertThat(replay("replay-decisions", file(RECORD), "--policy", "best")).isEqualTo(1);
        assertThat(err.toString()).contains("Unknown switchover policy: name=best");
    }
}
