package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static io.jvmm.vfio.check.FaultyDeviceTest.failures;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.user.VfioUserDevice;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.DataFault;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import io.jvmm.vfio.user.server.Precopy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our device server, with and without faults, over its sockets. */
@Timeout(120)
class ServedDeviceTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final CheckOptions OPTIONS = new CheckOptions(2, LIMIT, 64 << 20);

    @TempDir private Path directory;

    static Stream<DeviceProgram> goodPrograms() {
        DeviceProgram uart = DeviceProgram.uart();
        return Stream.of(
                uart,
                uart.withPorts(2),
                uart.withoutP2p(),
                uart.withoutPrecopy(),
                uart.withoutP2p().withoutPrecopy(),
                uart.withPrecopy(new Precopy(100_000, 5_000)).withStateSize(1_500_000));
    }

    @ParameterizedTest
    @MethodSource("goodPrograms")
    void shouldPassTwoDevices(DeviceProgram program) {
        assertThat(failures(run(program, OPTIONS))).isEmpty();
    }

    @Test
    void shouldPassADeviceAlone() {
        try (DeviceServer server = serve(DeviceProgram.uart());
                VfioBackend device = VfioUserDevice.connect(server.devices().get(0).socket())) {
            CheckReport report = VfioCheck.run(device, OPTIONS);
            assertThat(failures(report)).isEmpty();
            assertThat(report.transitions()).hasSize(72);
        }
    }

    @Test
    void shouldNameAnArcThatIsRefused() {
        CheckReport report =
                run(
                        DeviceProgram.uart()
                                .withOutcome(RUNNING_P2P, STOP, new ArcOutcome.Refuse(Errno.EBUSY)),
                        OPTIONS);
        assertThat(failures(report))
                .contains(
                        "RUNNING_P2P -> STOP: refused, and must be allowed: errno=EBUSY"
                                + " state=RUNNING_P2P",
                        "RUNNING -> STOP_COPY: refused, and must be allowed: errno=EBUSY"
                                + " state=RUNNING_P2P");
    }

    @Test
    void shouldNameAnArcThatEndsInError() {
        CheckReport report =
                run(
                        DeviceProgram.uart().withOutcome(STOP, STOP_COPY, new ArcOutcome.Fail()),
                        OPTIONS);
        assertThat(failures(report))
                .contains("STOP -> STOP_COPY: refused, and must be allowed: errno=EIO state=ERROR");
    }

    @Test
    void shouldNameTheStepThatHangs() {
        CheckOptions impatient = new CheckOptions(1, Duration.ofSeconds(2), 64 << 20);
        CheckReport report =
                run(
                        DeviceProgram.uart().withOutcome(STOP, STOP_COPY, new ArcOutcome.Hang()),
                        impatient);
        assertThat(failures(report))
                .singleElement()
                .asString()
                .startsWith("the run: STOP -> STOP_COPY of ")
                .endsWith("has not come back within 2000 ms");
    }

    @Test
    void shouldEndTheRunWhenTheServerDies() {
        CheckReport report =
                run(
                        DeviceProgram.uart().withOutcome(STOP, STOP_COPY, new ArcOutcome.Die()),
                        OPTIONS);
        assertThat(failures(report))
                .anyMatch(text -> text.startsWith("the run: The device does not come back"));
    }

    @Test
    void shouldFindDataThatAreCutShort() {
        CheckReport report = run(DeviceProgram.uart().withCutAfter(70), OPTIONS);
        assertThat(failures(report)).anyMatch(text -> text.startsWith("round trip, arc by arc: "));
    }

    @Test
    void shouldFindAStateThatItsOwnKindRefuses() {
        CheckReport report = run(DeviceProgram.uart().withFaults(DataFault.BAD_HEADER), OPTIONS);
        assertThat(failures(report)).anyMatch(text -> text.startsWith("round trip, arc by arc: "));
    }

    @Test
    void shouldFindAReplyThatIsTooLong() {
        CheckReport report =
                run(DeviceProgram.uart().withFaults(DataFault.REPLY_TOO_LONG), OPTIONS);
        assertThat(failures(report))
                .anyMatch(text -> text.startsWith("save to the end of the data: "));
    }

    private CheckReport run(DeviceProgram program, CheckOptions options) {
        try (DeviceServer server = serve(program);
                VfioBackend device = VfioUserDevice.connect(server.devices().get(0).socket());
                VfioBackend second = VfioUserDevice.connect(server.devices().get(1).socket())) {
            return VfioCheck.run(device, second, options);
        }
    }

    private DeviceServer serve(DeviceProgram program) {
        return DeviceServer.start(
                List.of(
                        new Offer(directory.resolve("first"), program),
                        new Offer(directory.resolve("second"), program)));
    }
}
