package io.jvmm.vfio.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.check.FakeDevice.Fault;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault is found, and named. */
class FaultyDeviceTest {
    private static final CheckOptions OPTIONS =
            new CheckOptions(2, Duration.ofSeconds(30), 8 << 20);

    @Test
    void shouldPassADeviceWithoutFaults() {
        CheckReport report = run();
        assertThat(failures(report)).isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.checks())
                .filteredOn(each -> each.outcome() == Outcome.SKIPPED)
                .extracting(CheckResult::name)
                .containsExactly("DMA log");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    ENTERS_PRE_COPY_FROM_STOP_COPY => STOP_COPY -> PRE_COPY: allowed, and must be refused: no way leads there
                    ENTERS_ERROR_WHEN_ASKED        => RUNNING -> ERROR: allowed, and must be refused: ERROR cannot be asked for
                    STAYS_WHERE_IT_IS              => RUNNING -> STOP: allowed, but the device is elsewhere: state=RUNNING
                    MOVES_WHEN_IT_REFUSES          => STOP_COPY -> PRE_COPY: refused, but the device has moved: errno=EINVAL state=STOP
                    CANNOT_WALK_BY_ITSELF          => RUNNING -> STOP_COPY: refused, and must be allowed: errno=EINVAL
                    CANNOT_BE_WALKED               => STOP -> RUNNING: the arc STOP -> RUNNING_P2P is refused: errno=EINVAL state=STOP
                    BEGINS_SESSION_TWICE           => PRE_COPY_P2P -> STOP_COPY: entered with a new descriptor for data
                    BEGINS_NO_SESSION              => STOP -> RESUMING: entered without a new descriptor for the data
                    NEVER_ENDS                     => save to the end of the data: its data does not end
                    GIVES_MORE_BEHIND_THE_END      => save to the end of the data: there is more data behind its end
                    FORGETS_ITS_DATA               => round trip, arc by arc: the serial port has lost its data
                    FORGETS_ITS_DATA_ON_CANCEL     => cancel in STOP_COPY, nothing read: the serial port has lost its data
                    FORGETS_LATE_DATA              => precopy, read before the stop: the serial port has lost its data
                    BEGINS_ANEW_AFTER_PRE_COPY     => precopy, read before the stop: the arc RESUMING -> STOP is refused
                    COUNTS_INITIAL_BYTES_WRONG     => precopy info: all has been read, and initial bytes are left
                    ACCEPTS_BAD_HEADER             => bad data, a wrong beginning: accepted, and must be refused
                    ACCEPTS_SHORT_STATE            => bad data, the last byte missing: accepted, and must be refused
                    ACCEPTS_LONG_STATE             => bad data, too long: accepted, and must be refused
                    RESETS_ONLY_WHILE_RUNNING      => reset in STOP: System call failed
                    RESETS_NOT_OUT_OF_RESUMING     => reset in RESUMING: System call failed
                    """)
    void shouldNameTheFault(Fault fault, String failure) {
        CheckReport report = run(fault);
        assertThat(failures(report)).anyMatch(text -> text.startsWith(failure));
        assertThat(report.passed()).isFalse();
    }

    @Test
    void shouldRefuseADeviceThatCannotMigrate() {
        VfioBackend device = new FakeDevice().backend();
        VfioBackend other = FakeDevice.withoutMigration();
        assertThatExceptionOfType(VfioException.class)
                .isThrownBy(() -> VfioCheck.run(other, OPTIONS))
                .withMessage("The device cannot migrate: device=fake display");
        assertThatExceptionOfType(VfioException.class)
                .isThrownBy(() -> VfioCheck.run(device, other, OPTIONS))
                .withMessage("The device cannot migrate: device=fake display");
    }

    private static CheckReport run(Fault... faults) {
        return VfioCheck.run(new FakeDevice(faults).backend(), OPTIONS);
    }

    static List<String> failures(CheckReport report) {
        return Stream.concat(
                        report.transitions().stream()
                                .filter(each -> each.mark() == Mark.FAILED)
                                .map(each -> each.transition() + ": " + each.detail()),
                        report.checks().stream()
                                .filter(each -> each.outcome() == Outcome.FAILED)
                                .map(each -> each.name() + ": " + each.detail()))
                .toList();
    }
}
