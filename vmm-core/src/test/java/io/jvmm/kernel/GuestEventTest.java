package io.jvmm.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.jvmm.kernel.GuestEvent.Done;
import io.jvmm.kernel.GuestEvent.Finished;
import io.jvmm.kernel.GuestEvent.Outcome;
import io.jvmm.kernel.GuestEvent.Started;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What the guest reports must be what happened there. */
final class GuestEventTest {
    static List<GuestEvent> events() {
        return List.of(
                new Started("A.should"),
                new Finished("A.should", Outcome.PASSED, ""),
                new Finished("A.should", Outcome.FAILED, "first line\n\tsecond line, é"),
                new Done());
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldBeReadAsItWasWritten(GuestEvent event) {
        assertThat(event.toLine()).doesNotContain("\n");
        assertThat(GuestEvent.fromLine(event.toLine())).isEqualTo(event);
    }

    @Test
    void shouldRefuseAnotherLine() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> GuestEvent.fromLine("Kernel panic"))
                .withMessageContaining("Kernel panic");
    }

    @Test
    void shouldTellOfEachTest() {
        assertThat(run(EachOutcome.class))
                .containsExactlyInAnyOrder(
                        "EachOutcome.passes PASSED",
                        "EachOutcome.fails FAILED",
                        "EachOutcome.isAborted SKIPPED",
                        "EachOutcome.isDisabled SKIPPED",
                        "EachOutcome.takesNumbers[1] PASSED",
                        "EachOutcome.takesNumbers[2] FAILED");
    }

    @Test
    void shouldTellOfAClassThatFailsAsAWhole() {
        assertThat(run(NoStart.class)).containsExactly("NoStart FAILED");
    }

    private static List<String> run(Class<?> tests) {
        List<String> outcomes = new ArrayList<>();
        Launcher launcher = LauncherFactory.create();
        TestPlan plan =
                launcher.discover(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build());
        launcher.execute(
                plan,
                new GuestListener(
                        plan,
                        event -> {
                            if (event instanceof Finished(String test, Outcome outcome, _)) {
                                outcomes.add(test.replace("GuestEventTest$", "") + " " + outcome);
                            }
                        }));
        return outcomes;
    }

    /** Not a test of ours: its outcomes are what is tested. */
    static final class EachOutcome {
        @Test
        void passes() {}

        @Test
        void fails() {
            throw new AssertionError("as it shall");
        }

        @Test
        void isAborted() {
            Assumptions.abort("not here");
        }

        @Test
        @Disabled("never")
        void isDisabled() {}

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void takesNumbers(int number) {
            assertThat(number).isEqualTo(1);
        }
    }

    /** Not a test of ours either. */
    static final class NoStart {
        @BeforeAll
        static void fail() {
            throw new IllegalStateException("as it shall");
        }

        @Test
        void isNeverRun() {}
    }
}
