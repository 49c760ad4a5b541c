package io.jvmm.cli;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.ArcRule;
import io.jvmm.vfio.user.server.DataFault;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DmaDirtying;
import io.jvmm.vfio.user.server.Precopy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class VfioUserDeviceCommandTest {
    @Command
    private static final class Holder {
        @Mixin private final ServedDeviceOptions options = new ServedDeviceOptions();
    }

    private static DeviceProgram program(String line) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(line.split(" ", -1));
        return holder.options.program();
    }

    @Test
    void shouldBeAWellBehavedUartWithoutOptions() {
        assertThat(program("--ports 1")).isEqualTo(DeviceProgram.uart());
    }

    @Test
    void shouldSayHowTheDeviceBehaves() {
        assertThat(
                        program(
                                "--ports 2 --no-p2p --state-size 16M --data-rate 1G --cut-after 5"
                                        + " --precopy initial=1M,dirty=4K"
                                        + " --dirty iova=0x100000,length=64K,rate=1000"
                                        + " --fault bad-header --fault reply-too-long"))
                .isEqualTo(
                        DeviceProgram.uart()
                                .withPorts(2)
                                .withoutP2p()
                                .withStateSize(16 << 20)
                                .withDataRate(1 << 30)
                                .withCutAfter(5)
                                .withPrecopy(new Precopy(1 << 20, 4096))
                                .withDma(new DmaDirtying(0x100000, 65536, 1000))
                                .withFaults(DataFault.BAD_HEADER, DataFault.REPLY_TOO_LONG));
    }

    @Test
    void shouldSayWhatHappensOnArcs() {
        assertThat(
                        program(
                                        "--arc from=stop,to=stop-copy,delay=500"
                                                + " --arc from=running-p2p,to=stop,refuse=EBUSY"
                                                + " --arc from=pre-copy,to=stop-copy,hang,delay=1")
                                .rules())
                .containsExactly(
                        new ArcRule(STOP, STOP_COPY, Duration.ofMillis(500), new ArcOutcome.Pass()),
                        new ArcRule(
                                RUNNING_P2P,
                                STOP,
                                Duration.ZERO,
                                new ArcOutcome.Refuse(Errno.EBUSY)),
                        new ArcRule(
                                PRE_COPY, STOP_COPY, Duration.ofMillis(1), new ArcOutcome.Hang()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '^',
            textBlock =
                    """
                    -x /s => jvmm: -x: invalid option
                    --ports 1 => jvmm: Missing required parameter: 'SOCKET'
                    --ports 3 /s => jvmm: A UART has 1 or 2 ports: ports=3
                    --state-size big /s => jvmm: --state-size: expects a size such as 64M: value=big
                    --arc from=stop /s => jvmm: --arc: parameter 'to' is missing
                    --arc from=stop,to=gone /s => jvmm: --arc: no such value: value=gone
                    --arc from=stop,to=stop-copy,refuse=EFOO /s => jvmm: --arc: no such value: value=EFOO
                    --arc from=stop,to=stop-copy,explode /s => jvmm: --arc: parameter 'explode' is not supported
                    --fault none /s => jvmm: --fault: no such value: value=none
                    --dirty iova=1,length=4K,rate=1 /s => jvmm: No range of pages to dirty: iova=0x1 length=4096 pagesPerSecond=1
                    /nowhere/at/all => jvmm: System call failed: call=bind errno=ENOENT address=/nowhere/at/all
                    """)
    void shouldSayWhatIsWrong(String arguments, String message) {
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine().setErr(new PrintWriter(err, true));
        String[] line = ("vfio-user-device " + arguments).split(" ", -1);
        assertThat(Main.execute(commandLine, line)).isEqualTo(1);
        assertThat(err.toString().lines().findFirst()).hasValue(message);
    }
}
