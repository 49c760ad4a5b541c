package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.stream.wire.VmCommand;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations to and from a real QEMU that fail: the guest runs at one side, and never at both. */
@RequiresQemu
class QemuFailureTest {
    private static final String ANY_PORT = "tcp:127.0.0.1:0";

    /** Slow enough for the rounds to last until something is done about it. */
    private static final long SLOW = 4 << 20;

    private static final long LIMIT_MILLIS = 1_000;
    private static final long MIDDLE = 20 << 20;

    @AutoClose private final QemuLab lab;

    QemuFailureTest(@TempDir Path directory) {
        lab = new QemuLab(directory);
    }

    @ParameterizedTest(name = "{0} with {1}, return-path {2}")
    @CsvSource({"none, 32M, true", "none, 32M, false", "microvm, 64M, true"})
    void shouldRunOnWhenQemuRefusesTheGuest(String type, String ram, boolean returnPath)
            throws InterruptedException {
        WatchedMachine source = fastSource();
        if (returnPath) {
            source.enable(Capability.RETURN_PATH);
        }
        QemuProcess qemu = lab.anyQemu("-machine", type, "-m", ram, "-incoming", ANY_PORT);
        source.migrate("tcp:127.0.0.1:" + qemu.incomingPort());
        assertRunsHereAfter(source, MigrationStatus.FAILED);
        assertThat(source.error()).containsAnyOf("closed the connection", "reset", "Broken pipe");
        assertThat(qemu.awaitExit()).isNotZero();
        assertThat(qemu.printed()).containsAnyOf("Size mismatch", "Machine type received");
    }

    @ParameterizedTest(name = "return-path {0}")
    @ValueSource(booleans = {true, false})
    void shouldRunOnWhenQemuIsKilledDuringTheRounds(boolean returnPath)
            throws InterruptedException {
        WatchedMachine source = lab.jvmmSource();
        source.set(MigrationParameter.MAX_BANDWIDTH, SLOW);
        if (returnPath) {
            source.enable(Capability.RETURN_PATH);
        }
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        source.vm().migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        source.await(MigrationStatus.ACTIVE);
        qemu.process().kill();
        source.vm().awaitMigrationEnd();
        assertRunsHereAfter(source, MigrationStatus.FAILED);
        assertThat(source.error()).containsAnyOf("closed the connection", "reset", "Broken pipe");
    }

    @Test
    void shouldRunOnWhenQemuIsKilledDuringTheSwitchover() throws InterruptedException {
        WatchedMachine source = fastSource();
        source.enable(Capability.RETURN_PATH);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy = atLastPing(qemu, qemu.process()::kill);
        source.migrate(proxy.uri());
        assertRunsHereAfter(source, MigrationStatus.FAILED);
    }

    @Test
    void shouldRunOnWhenCancelledWhileQemuReceives() throws InterruptedException {
        WatchedMachine source = lab.jvmmSource();
        source.set(MigrationParameter.MAX_BANDWIDTH, SLOW);
        source.enable(Capability.RETURN_PATH);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        source.vm().migrate("tcp:127.0.0.1:" + qemu.process().incomingPort());
        source.await(MigrationStatus.ACTIVE);
        source.vm().migrateCancel();
        source.vm().awaitMigrationEnd();
        assertRunsHereAfter(source, MigrationStatus.CANCELLED);
        assertThat(source.info().errorDesc()).isNull();
        assertThat(qemu.process().awaitExit()).isNotZero();
    }

    @Test
    void shouldTakeTheGuestBackWhenQemuFreezesInTheSwitchover() throws Exception {
        WatchedMachine source = limitedSource();
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy = atLastPing(qemu, qemu.process()::freeze);
        MigrationInfo info = source.migrate(proxy.uri());
        assertTookTheGuestBack(source, info);
        qemu.process().kill();
        proxy.awaitEnd();
        assertThat(RecordedStream.read(lab.record(), QemuLab.RAM).eofByte()).isNegative();
    }

    /** QEMU has loaded everything and would start; without its word nothing may tell it to. */
    @Test
    void shouldTakeTheGuestBackWhenQemusAnswerIsHeldUp() throws Exception {
        WatchedMachine source = limitedSource();
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        CountDownLatch never = new CountDownLatch(1);
        RecordingProxy proxy =
                lab.proxy(
                        qemu.process().incomingPort(),
                        RecordingProxy.nothing(),
                        RecordingProxy.at(QemuWire.LAST_PING, () -> awaitQuietly(never)));
        MigrationInfo info = source.migrate(proxy.uri());
        never.countDown();
        assertTookTheGuestBack(source, info);
        assertThat(qemu.process().awaitExit()).isNotZero();
        proxy.awaitEnd();
        assertThat(RecordedStream.read(lab.record(), QemuLab.RAM).eofByte()).isNegative();
    }

    /** Both might run it then, so the source does not. */
    @Test
    void shouldNotRunTheGuestTwiceWhenQemusLastWordIsLost() throws InterruptedException {
        WatchedMachine source = fastSource();
        source.enable(Capability.RETURN_PATH);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy =
                lab.proxy(
                        qemu.process().incomingPort(),
                        RecordingProxy.nothing(),
                        RecordingProxy.at(QemuWire.SHUT_0, RecordingProxy.cut()));
        MigrationInfo info = source.migrate(proxy.uri());
        assertThat(info.status()).isEqualTo(MigrationStatus.HANDOVER_UNKNOWN);
        assertThat(source.vm().runState()).isEqualTo(RunState.HANDOVER_UNKNOWN);
        qemu.process().awaitRunState("running");
    }

    /** A QEMU cannot forget an attempt, however many are allowed; and it hears no word of ours. */
    @Test
    void shouldTryOnceWithQemuAndSayNothingPrivate() throws Exception {
        WatchedMachine source = limitedSource();
        source.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 3);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy = atLastPing(qemu, qemu.process()::freeze);
        MigrationInfo info = source.migrate(proxy.uri());
        assertTookTheGuestBack(source, info);
        assertThat(source.error()).as("none was thought of").doesNotContain("further attempt");
        assertThat(source.vm().handoverQuery().attempt()).isEqualTo(1);
        assertThat(source.vm().querySwitchover()).hasSize(1);
        qemu.process().kill();
        proxy.awaitEnd();
        RecordedStream stream = RecordedStream.read(lab.record(), QemuLab.RAM);
        assertThat(stream.eofByte()).isNegative();
        assertThat(stream.commands())
                .extracting(RecordedStream.At::command)
                .allMatch(command ->
                        command instanceof VmCommand.OpenReturnPath
                                || command instanceof VmCommand.Ping);
        assertThat(proxy.answers().getLast().endByte())
                .as("every answer is a PONG")
                .isEqualTo(QemuWire.PONG_BYTES * (stream.commands().size() - 2L));
    }

    /** QEMU may run it from its end of stream on: the limit is not enforced any more. */
    @Test
    void shouldReportAnOverrunBehindTheEndOfTheStream() throws InterruptedException {
        WatchedMachine source = limitedSource();
        source.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 3);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        CountDownLatch never = new CountDownLatch(1);
        RecordingProxy proxy =
                lab.proxy(
                        qemu.process().incomingPort(),
                        RecordingProxy.nothing(),
                        RecordingProxy.at(
                                QemuWire.SHUT_0, () -> awaitQuietly(never, 2 * LIMIT_MILLIS)));
        MigrationInfo info = source.migrate(proxy.uri());
        assertThat(info.status()).isEqualTo(MigrationStatus.COMPLETED);
        SwitchoverInfo switchover = Objects.requireNonNull(info.switchover());
        assertThat(switchover.abort()).isNull();
        assertThat(switchover.totalNanos()).isGreaterThan(switchover.limitNanos());
        assertThat(source.vm().runState()).isEqualTo(RunState.POSTMIGRATE);
        qemu.process().awaitRunState("running");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESUME", "GIVE_UP"})
    void shouldLeaveATornEndToThePerson(HandoverResolution word) throws InterruptedException {
        WatchedMachine source = limitedSource();
        source.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 3);
        QemuLab.Machine qemu = lab.qemuDestination(ANY_PORT);
        RecordingProxy proxy =
                lab.proxy(
                        qemu.process().incomingPort(),
                        RecordingProxy.nothing(),
                        RecordingProxy.at(QemuWire.SHUT_0, RecordingProxy.cut()));
        MigrationInfo info = source.migrate(proxy.uri());
        assertThat(info.status()).isEqualTo(MigrationStatus.HANDOVER_UNKNOWN);
        assertThatThrownBy(() -> source.vm().handoverResolve(HandoverResolution.RESUME, false))
                .isInstanceOf(MigrationRefusedException.class)
                .hasMessageContaining("'peer-is-dead'");
        assertThat(source.vm().runState()).isEqualTo(RunState.HANDOVER_UNKNOWN);
        if (word.needsDeadPeer()) {
            qemu.process().kill();
        }
        source.vm().handoverResolve(word, word.needsDeadPeer());
        RunState wanted = word.needsDeadPeer() ? RunState.RUNNING : RunState.POSTMIGRATE;
        while (source.vm().runState() != wanted) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldDropTheGuestWhenQemuIsKilledDuringTheRounds() throws InterruptedException {
        QemuLab.Machine qemu = lab.qemuSource();
        WatchedMachine destination = receiveSlowly(qemu);
        qemu.process().kill();
        assertDropped(destination);
    }

    @Test
    void shouldDropTheGuestWhenQemuCancels() throws InterruptedException {
        QemuLab.Machine qemu = lab.qemuSource();
        WatchedMachine destination = receiveSlowly(qemu);
        qemu.process().execute("migrate_cancel");
        assertDropped(destination);
        qemu.process().awaitMigration("cancelled");
        assertThat(qemu.process().runState()).isEqualTo("running");
    }

    @ParameterizedTest(name = "return-path {0}")
    @ValueSource(booleans = {true, false})
    void shouldLeaveTheGuestToQemuWhenTheStreamIsSpoilt(boolean returnPath)
            throws InterruptedException {
        QemuLab.Machine qemu = lab.qemuSource();
        WatchedMachine destination = lab.jvmmDestination();
        int port = portOf(destination.listen(ANY_PORT));
        RecordingProxy proxy =
                lab.proxy(port, RecordingProxy.spoil(MIDDLE, 2 * 4096), RecordingProxy.nothing());
        qemu.process().setMaxBandwidth(0);
        qemu.process().setCapability("return-path", returnPath);
        qemu.process().migrate(proxy.uri());
        assertDropped(destination);
        assertThat(destination.error()).contains("ram");
        qemu.process().awaitMigration("failed");
        assertThat(qemu.process().runState()).isEqualTo("running");
    }

    private WatchedMachine fastSource() {
        WatchedMachine source = lab.jvmmSource();
        source.set(MigrationParameter.MAX_BANDWIDTH, 0);
        source.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
        return source;
    }

    /** Its limit is enforced, and it is stopped only when all RAM has left. */
    private WatchedMachine limitedSource() {
        WatchedMachine source = lab.jvmmSource();
        source.set(MigrationParameter.MAX_BANDWIDTH, 0);
        source.set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, 1);
        source.set(MigrationParameter.DOWNTIME_LIMIT, LIMIT_MILLIS);
        source.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        return source;
    }

    private RecordingProxy atLastPing(QemuLab.Machine qemu, Runnable action) {
        return lab.proxy(
                qemu.process().incomingPort(),
                RecordingProxy.at(QemuWire.LAST_PING, action),
                RecordingProxy.nothing());
    }

    private WatchedMachine receiveSlowly(QemuLab.Machine qemu) throws InterruptedException {
        WatchedMachine destination = lab.jvmmDestination();
        qemu.process().setMaxBandwidth(SLOW);
        qemu.process().setCapability("return-path", true);
        qemu.process().migrate(destination.listen(ANY_PORT));
        destination.await(MigrationStatus.ACTIVE);
        qemu.process().awaitMigration("active");
        return destination;
    }

    private static void assertRunsHereAfter(WatchedMachine source, MigrationStatus status) {
        assertThat(source.info().status()).as(source.error()).isEqualTo(status);
        assertThat(source.vm().runState()).isEqualTo(RunState.RUNNING);
    }

    private static void assertTookTheGuestBack(WatchedMachine source, MigrationInfo info) {
        assertRunsHereAfter(source, MigrationStatus.CANCELLED);
        assertThat(source.error())
                .startsWith("switchover limit of " + LIMIT_MILLIS + " ms exceeded at the source")
                .contains("load at the destination");
        SwitchoverInfo switchover = Objects.requireNonNull(info.switchover());
        assertThat(switchover.abort()).isNotNull();
    }

    private static void assertDropped(WatchedMachine destination) throws InterruptedException {
        destination.await(MigrationStatus.FAILED);
        assertThat(destination.vm().awaitEnd()).isEqualTo(1);
        assertThat(destination.info().status()).isEqualTo(MigrationStatus.FAILED);
        assertThat(destination.error()).isNotEqualTo("null").isNotEmpty();
        assertThat(destination.vm().runState()).isEqualTo(RunState.DROPPED);
    }

    private static int portOf(String uri) {
        return Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        awaitQuietly(latch, Long.MAX_VALUE);
    }

    private static void awaitQuietly(CountDownLatch latch, long atMostMillis) {
        try {
            boolean _ = latch.await(atMostMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
