package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.stream.wire.VmCommand;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From here to a real QEMU, and back. */
@RequiresQemu
class MigrationToQemuTest {
    private static final String ANY_PORT = "tcp:127.0.0.1:0";

    @AutoClose private final QemuLab lab;
    private final WatchedMachine source;

    MigrationToQemuTest(@TempDir Path directory) {
        lab = new QemuLab(directory);
        source = lab.jvmmSource();
        source.set(MigrationParameter.MAX_BANDWIDTH, 0);
        source.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
    }

    @Test
    void shouldMoveToQemuOverTcp() throws Exception {
        source.enable(Capability.RETURN_PATH);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        assertRunsAt(qemu);
    }

    @Test
    void shouldMoveToQemuOverAUnixSocket() throws Exception {
        source.enable(Capability.RETURN_PATH);
        QemuLab.Machine qemu = lab.qemuDestination("unix:" + lab.socket());
        migrate("unix:" + lab.socket());
        assertRunsAt(qemu);
    }

    @Test
    void shouldMoveToQemuWithoutAReturnPath() throws Exception {
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy = recorded(qemu.process());
        migrate(proxy.uri());
        assertRunsAt(qemu);
        RecordedStream stream = recordedBy(proxy);
        assertThat(proxy.answers()).isEmpty();
        assertThat(stream.commands()).isEmpty();
        assertThat(stream.endsWhole()).isTrue();
    }

    @Test
    void shouldShowQemuNoPrivateMessage() throws Exception {
        source.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT, Capability.X_VERIFY_RAM);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy = recorded(qemu.process());
        migrate(proxy.uri());
        assertRunsAt(qemu);
        RecordedStream stream = recordedBy(proxy);
        assertThat(stream.endsWhole()).isTrue();
        List<RecordedStream.At> commands = stream.commands();
        assertThat(commands.getFirst().command()).isInstanceOf(VmCommand.OpenReturnPath.class);
        assertThat(commands.subList(1, commands.size()))
                .isNotEmpty()
                .allSatisfy(at -> assertThat(at.command()).isInstanceOf(VmCommand.Ping.class));
    }

    /** The PONG to a PING behind all sections says that QEMU has loaded them. */
    @Test
    void shouldSendTheEndOnlyWhenQemuHasLoadedEverything() throws Exception {
        source.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy = recorded(qemu.process());
        migrate(proxy.uri());
        assertRunsAt(qemu);
        RecordedStream stream = recordedBy(proxy);
        RecordedStream.At lastPing = stream.commands().getLast();
        assertThat(lastPing.command()).isInstanceOf(VmCommand.Ping.class);
        assertThat(lastPing.endByte()).isEqualTo(stream.eofByte());
        long lastPong = QemuWire.PONG_BYTES * (stream.commands().size() - 1L);
        assertThat(proxy.answers())
                .anySatisfy(answer -> {
                    assertThat(answer.endByte()).isEqualTo(lastPong);
                    assertThat(answer.sourceBytes()).isEqualTo(lastPing.endByte());
                });
    }

    @Test
    void shouldSayHowTheLimitIsEnforcedAgainstQemu() throws Exception {
        source.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        MigrationInfo info = migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        assertThat(String.valueOf(info.switchover()))
                .contains("limit enforced until the destination has loaded (peer: QEMU)");
        assertThat(info.status()).isEqualTo(MigrationStatus.COMPLETED);
    }

    @Test
    void shouldArrivePausedWhenItWasPaused() throws Exception {
        source.enable(Capability.RETURN_PATH);
        source.vm().stop();
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        qemu.process().awaitMigration("completed");
        assertThat(qemu.process().runState()).isEqualTo("paused");
        assertSameRam(qemu.ram());
    }

    @Test
    void shouldComeBackFromQemuAsItLeft() throws Exception {
        source.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        qemu.process().awaitMigration("completed");
        WatchedMachine home = lab.jvmmDestination();
        qemu.process().setMaxBandwidth(0);
        qemu.process().setCapability("return-path", true);
        qemu.process().migrate(home.listen(ANY_PORT));
        home.await(MigrationStatus.COMPLETED);
        qemu.process().awaitMigration("completed");
        assertThat(home.vm().runState()).isEqualTo(RunState.RUNNING);
        assertSameRam(home.vm().memory().segment());
    }

    /** QEMU's own look at its RAM, through its monitor. */
    @Test
    void shouldLeaveRamThatQemuItselfReadsAsWritten() throws Exception {
        source.enable(Capability.RETURN_PATH);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        qemu.process().awaitMigration("completed");
        Path dump = qemu.directory().resolve("dump");
        qemu.process().saveMemory(QemuLab.RAM, dump);
        try (FileChannel file = FileChannel.open(dump)) {
            assertSameRam(
                    MemorySegment.ofBuffer(
                            file.map(FileChannel.MapMode.READ_ONLY, 0, QemuLab.RAM)));
        }
    }

    private MigrationInfo migrate(String uri) throws InterruptedException {
        MigrationInfo info = source.migrate(uri);
        assertThat(info.errorDesc()).isNull();
        assertThat(info.status()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(source.vm().runState()).isEqualTo(RunState.POSTMIGRATE);
        return info;
    }

    private void assertRunsAt(QemuLab.Machine qemu) {
        qemu.process().awaitMigration("completed");
        assertThat(qemu.process().runState()).isEqualTo("running");
        assertSameRam(qemu.ram());
    }

    private void assertSameRam(MemorySegment there) {
        assertThat(source.vm().memory().segment().mismatch(there)).isEqualTo(-1);
    }

    private RecordingProxy recorded(QemuProcess qemu) {
        return lab.proxy(qemu.incomingPort(), RecordingProxy.nothing(), RecordingProxy.nothing());
    }

    private RecordedStream recordedBy(RecordingProxy proxy)
            throws IOException, InterruptedException {
        proxy.awaitEnd();
        return RecordedStream.read(lab.record(), QemuLab.RAM);
    }
}
