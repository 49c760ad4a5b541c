package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a real QEMU to here. */
@RequiresQemu
class MigrationFromQemuTest {
    @AutoClose private final QemuLab lab;

    MigrationFromQemuTest(@TempDir Path directory) {
        lab = new QemuLab(directory);
    }

    @ParameterizedTest(name = "{0}, return-path {1}, stopped {2}")
    @CsvSource({
        "tcp, true, false",
        "tcp, false, false",
        "unix, true, false",
        "unix, false, false",
        "tcp, true, true",
        "unix, false, true"
    })
    void shouldArriveAsItLeft(String transport, boolean returnPath, boolean stopped)
            throws InterruptedException {
        QemuLab.Machine qemu = lab.qemuSource();
        WatchedMachine destination = lab.jvmmDestination();
        String uri =
                destination.listen(
                        transport.equals("tcp") ? "tcp:127.0.0.1:0" : "unix:" + lab.socket());
        if (stopped) {
            qemu.process().execute("stop");
        }
        qemu.process().setCapability("return-path", returnPath);
        qemu.process().setMaxBandwidth(0);
        qemu.process().migrate(uri);
        destination.await(MigrationStatus.COMPLETED);
        qemu.process().awaitMigration("completed");
        assertThat(destination.info().errorDesc()).isNull();
        assertThat(qemu.process().runState()).isEqualTo("postmigrate");
        assertThat(destination.vm().runState())
                .isEqualTo(stopped ? RunState.PAUSED : RunState.RUNNING);
        assertThat(destination.vm().memory().segment().mismatch(qemu.ram())).isEqualTo(-1);
    }
}
