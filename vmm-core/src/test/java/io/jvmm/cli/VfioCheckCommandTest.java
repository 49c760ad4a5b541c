package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.Errno;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code jvmm vfio-check} as it is used. */
@Timeout(120)
class VfioCheckCommandTest {
    private static final String MATRIX =
            """
            from \\ to       ERROR  STOP  RUNNING  STOP_COPY  RESUMING  RUNNING_P2P  PRE_COPY  PRE_COPY_P2P
            ERROR               -     -        -          -         -            -         -             -
            STOP                x     o        o          o         o            o         o             o
            RUNNING             x     o        o          o         o            o         o             o
            STOP_COPY           x     o        o          o         o            o         x             x
            RESUMING            x     x        x          x         o            x         x             x
              with state        x     o        o          o         o            o         o             o
            RUNNING_P2P         x     o        o          o         o            o         o             o
            PRE_COPY            x     o        o          o         o            o         o             o
            PRE_COPY_P2P        x     o        o          o         o            o         o             o
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path directory;

    private int run(String... arguments) {
        CommandLine commandLine =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        return Main.execute(commandLine, arguments);
    }

    @Test
    void shouldCheckItself() {
        assertThat(run("vfio-check", "--self", "--repeat", "1")).isZero();
        assertThat(out.toString())
                .contains(MATRIX)
                .contains("pass  round trip, arc by arc: 96 bytes, its data received, read again")
                .endsWith("Nothing failed.\n");
    }

    @Test
    void shouldSayTheSameInJson() {
        assertThat(run("vfio-check", "--self", "--repeat", "2", "--json")).isZero();
        Json.Obj report =
                (Json.Obj) JsonText.parse(out.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(report.find("passed")).contains(new Json.Bool(true));
        List<Json> transitions = ((Json.Arr) report.find("transitions").orElseThrow()).items();
        assertThat(transitions).hasSize(72);
        Json.Obj stopToRunning = (Json.Obj) transitions.get(10);
        assertThat(stopToRunning.string("from")).isEqualTo("STOP");
        assertThat(stopToRunning.string("to")).isEqualTo("RUNNING");
        assertThat(stopToRunning.string("result")).isEqualTo("entered");
        assertThat(stopToRunning.object("direct").integer("count")).isEqualTo(2);
        assertThat(stopToRunning.object("stepwise").integer("max")).isPositive();
    }

    @Test
    void shouldNameWhatFails() {
        DeviceProgram program =
                DeviceProgram.uart()
                        .withOutcome(
                                DeviceMigrationState.RUNNING_P2P,
                                DeviceMigrationState.STOP,
                                new ArcOutcome.Refuse(Errno.EBUSY));
        Path socket = directory.resolve("socket");
        try (DeviceServer _ = DeviceServer.start(List.of(new Offer(socket, program)))) {
            assertThat(run("vfio-check", "--repeat", "1", socket.toString())).isEqualTo(1);
        }
        assertThat(out.toString())
                .contains("destination  the same device, after a reset")
                .contains("FAIL  RUNNING_P2P -> STOP: refused, and must be allowed: errno=EBUSY")
                .containsPattern("Failed: [0-9]+\n$");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    vfio-check => expects a DEVICE, or --self
                    vfio-check --self /run/x => --self checks no other device: device=/run/x
                    vfio-check --self --iommufd => --iommufd is for devices of the kernel: --self has none
                    vfio-check /nonexistent/a=b => no such socket: device=/nonexistent/a=b
                    vfio-check foo => expects a socket's path, an mdev's UUID, a path in sysfs or a PCI address: device=foo
                    vfio-check pci=0000:00:05.0 => expects socket=, sysfsdev= or host=: device=pci=0000:00:05.0
                    vfio-check host=5 => expects a PCI address: device=5
                    vfio-check sysfsdev=x => expects a path in sysfs: device=x
                    vfio-check --iommufd /run/x => --iommufd is for devices of the kernel: device=/run/x
                    vfio-check /nonexistent/socket => no such socket: device=/nonexistent/socket
                    vfio-check /sys/bus/mdev/devices/none => No such device: device=/sys/bus/mdev/devices/none
                    vfio-check 00000000-0000-0000-0000-000000000000 => No such device: device=/sys/bus/mdev/devices/00000000-0000-0000-0000-000000000000
                    vfio-check ffff:ff:1f.7 => No such device: device=/sys/bus/pci/devices/ffff:ff:1f.7
                    vfio-check --self --repeat 0 => --repeat: expects at least 1: value=0
                    vfio-check --self --step-limit 0 => --step-limit: expects at least 1: value=0
                    vfio-check --self --state-limit 1X => --state-limit: expects a size such as 64M: value=1X
                    """)
    void shouldSayWhatCannotBeChecked(String line, String message) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("jvmm: vfio-check: " + message + "\n");
        assertThat(out.toString()).isEmpty();
    }
}
