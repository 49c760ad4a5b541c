package io.jvmm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.check.CheckOptions;
import io.jvmm.vfio.check.CheckReport;
import io.jvmm.vfio.check.CheckResult;
import io.jvmm.vfio.check.Mark;
import io.jvmm.vfio.check.Outcome;
import io.jvmm.vfio.check.Transition;
import io.jvmm.vfio.check.TransitionResult;
import io.jvmm.vfio.check.VfioCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The conformance runner on the kernel's mtty: all pairs of states do as is known of it. */
final class VfioCheckKernelTest {
    private static final CheckOptions OPTIONS =
            new CheckOptions(2, Duration.ofSeconds(60), 1 << 20);

    /**
     * mtty of Linux 6.12, a row per state, in the order of the columns: ERROR, STOP, RUNNING,
     * STOP_COPY, RESUMING, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P.
     *
     * <p>{@code o}: entered. {@code +}: entered, with a new descriptor for data. {@code x}: refused
     * with EINVAL. {@code -}: nothing leads to ERROR.
     */
    private static final String MTTY =
            """
            ERROR        - - - - - - - -
            STOP         x o o + + o + +
            RUNNING      x o o + + o + +
            STOP_COPY    x o o o + o x x
            RESUMING     x x x x o x x x
            RESUMING*    x o o + o o + +
            RUNNING_P2P  x o o + + o + +
            PRE_COPY     x o o o + o o o
            PRE_COPY_P2P x o o o + o o o
            """;

    @ParameterizedTest
    @EnumSource
    void shouldFindTheKnownArcsOfMtty(OpeningWay way) {
        List<Path> devices = GuestDevices.mttyTwoPorts();
        CheckReport report = check(way, devices.get(0), devices.get(1));
        assertThat(matrix(report)).isEqualTo(MTTY);
        assertThat(report.support()).isEqualTo(new MigrationSupport(true, true));
        assertThat(problems(report)).isEmpty();
        assertThat(report.passed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void shouldFindTheSizesOfMtty(OpeningWay way) {
        List<Path> devices = GuestDevices.mttyOnePort();
        CheckReport report = check(way, devices.get(0), devices.get(1));
        assertThat(problems(report)).isEmpty();
        assertThat(detail(report, "save to the end of the data"))
                .isEqualTo("60 bytes, data size said 60 bytes");
        assertThat(detail(report, "precopy info"))
                .isEqualTo("initial 24, dirty 0; 24 read; then initial 0, dirty 0");
        assertThat(detail(report, "precopy, read before the stop"))
                .isEqualTo("24 bytes before the stop, 36 after it");
        assertThat(detail(report, "bad data, a half")).isEqualTo("EINVAL when leaving RESUMING");
        assertThat(detail(report, "bad data, a wrong beginning")).isEqualTo("EFAULT at a write");
        assertThat(detail(report, "bad data, too long")).isEqualTo("ENOMEM at a write");
    }

    @ParameterizedTest
    @EnumSource
    void shouldMoveTheStateOfMttyBackIntoItself(OpeningWay way) {
        try (VfioBackend device = way.open(GuestDevices.mttyTwoPorts().getLast())) {
            assertThat(problems(VfioCheck.run(device, OPTIONS))).isEmpty();
        }
    }

    private static CheckReport check(OpeningWay way, Path source, Path destination) {
        try (VfioBackend device = way.open(source);
                VfioBackend second = way.open(destination)) {
            return VfioCheck.run(device, second, OPTIONS);
        }
    }

    private static String matrix(CheckReport report) {
        StringBuilder text = new StringBuilder();
        for (TransitionResult result : report.transitions()) {
            Transition transition = result.transition();
            if (transition.to() == DeviceMigrationState.ERROR) {
                String row = transition.from() + (transition.loaded() ? "*" : "");
                text.append("%-12s".formatted(row));
            }
            text.append(' ').append(mark(result));
            if (transition.to() == DeviceMigrationState.PRE_COPY_P2P) {
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static String mark(TransitionResult result) {
        return switch (result.mark()) {
            case ENTERED -> result.session() == SessionAnswer.BEGUN ? "+" : "o";
            case REFUSED -> result.detail().equals("EINVAL") ? "x" : result.detail();
            case FAILED -> "F";
            case UNTESTED -> "-";
        };
    }

    private static String detail(CheckReport report, String check) {
        return report.checks().stream()
                .filter(each -> each.name().equals(check))
                .map(CheckResult::detail)
                .findFirst()
                .orElseThrow();
    }

    /** What failed, and what was skipped: mtty has all there is. */
    private static List<String> problems(CheckReport report) {
        return Stream.concat(
                        report.transitions().stream()
                                .filter(each -> each.mark() == Mark.FAILED)
                                .map(Object::toString),
                        report.checks().stream()
                                .filter(each -> each.outcome() != Outcome.PASSED)
                                .map(Object::toString))
                .toList();
    }
}
