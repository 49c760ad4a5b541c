package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.monitor.MonitorEvent;
import io.jvmm.monitor.StressReport;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A running guest moves between two machines, over real sockets. */
class LiveMigrationTest {
    /** Long form: {@code mvn verify -Djvmm.test.migrations=200}. */
    private static final int MIGRATIONS = Integer.getInteger("jvmm.test.migrations", 6);

    private static final int MODERATE = 4 << 20;
    private static final int AS_FAST_AS_IT_CAN = 0;

    private final List<MonitorEvent> sourceEvents = new CopyOnWriteArrayList<>();
    private final List<MonitorEvent> destinationEvents = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldMoveARunningGuest(AcceleratorKind accelerator) throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(accelerator, MODERATE)) {
            pair.enable(Capability.RETURN_PATH, Capability.X_VERIFY_RAM);
            long before = MigrationPair.awaitProgress(pair.source());
            pair.migrate();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            assertThat(pair.source().runState()).isEqualTo(RunState.POSTMIGRATE);
            assertThat(pair.destination().runState()).isEqualTo(RunState.RUNNING);
            assertThat(MigrationPair.awaitProgress(pair.destination())).isGreaterThan(before);
            MigrationPair.verify(pair.destination());
        }
    }

    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldMoveAGuestToAndFroThatDirtiesAsFastAsItCan(AcceleratorKind accelerator)
            throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(accelerator, AS_FAST_AS_IT_CAN)) {
            long work = MigrationPair.awaitProgress(pair.source());
            for (int i = 0; i < MIGRATIONS; i++) {
                pair.enable(Capability.RETURN_PATH, Capability.X_VERIFY_RAM);
                pair.set(MigrationParameter.MAX_BANDWIDTH, 0);
                pair.set(MigrationParameter.DOWNTIME_LIMIT, 10_000);
                pair.migrate();
                assertThat(pair.source().queryMigrate().errorDesc()).as("round %d", i).isNull();
                assertThat(pair.runner()).isSameAs(pair.destination());
                StressReport report = MigrationPair.verify(pair.destination());
                assertThat(report.work()).as("round %d", i).isGreaterThanOrEqualTo(work);
                work = report.work();
                pair.swap();
            }
        }
    }

    @Test
    void shouldMoveBetweenAccelerators() throws InterruptedException {
        List<AcceleratorKind> kinds = UsableAccelerators.all().toList();
        for (AcceleratorKind from : kinds) {
            for (AcceleratorKind to : kinds) {
                try (MigrationPair source = new MigrationPair(from, MODERATE);
                        MigrationPair target = new MigrationPair(to, MODERATE)) {
                    source.enable(Capability.RETURN_PATH);
                    MigrationPair.awaitProgress(source.source());
                    target.listen();
                    source.source().migrate("unix:" + target.socket());
                    source.source().awaitMigrationEnd();
                    assertThat(target.destination().runState()).isEqualTo(RunState.RUNNING);
                    MigrationPair.awaitProgress(target.destination());
                    MigrationPair.verify(target.destination());
                }
            }
        }
    }

    @Test
    void shouldMoveOverTcpWithAPortThatTheSystemChooses() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            pair.enable(Capability.RETURN_PATH);
            pair.destination().migrateIncoming("tcp:127.0.0.1:0", false);
            String uri = pair.destination().queryMigrate().listenUri();
            assertThat(uri).startsWith("tcp:127.0.0.1:").isNotEqualTo("tcp:127.0.0.1:0");
            pair.source().migrate(String.valueOf(uri));
            pair.source().awaitMigrationEnd();
            assertThat(pair.runner()).isSameAs(pair.destination());
            assertThat(pair.destination().queryMigrate().listenUri()).isNull();
        }
    }

    @Test
    void shouldMoveWithoutAReturnPath() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            pair.migrate();
            assertThat(pair.source().runState()).isEqualTo(RunState.POSTMIGRATE);
            awaitState(pair.destination(), RunState.RUNNING);
            MigrationPair.verify(pair.destination());
        }
    }

    @Test
    void shouldArriveAsItLeftWhenItWasPaused() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
            pair.source().stop();
            pair.migrate();
            assertThat(pair.source().runState()).isEqualTo(RunState.POSTMIGRATE);
            assertThat(pair.destination().runState()).isEqualTo(RunState.PAUSED);
            pair.destination().cont();
            MigrationPair.awaitProgress(pair.destination());
            MigrationPair.verify(pair.destination());
        }
    }

    @Test
    void shouldSayEachEventOnceAndInOrder() throws InterruptedException {
        SwitchoverInfo ledger;
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            pair.source().addEventListener(sourceEvents::add);
            pair.destination().addEventListener(destinationEvents::add);
            pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
            pair.migrate();
            ledger = pair.source().querySwitchover().getLast();
        }
        assertThat(
                        withoutPasses(
                                sourceEvents.subList(
                                        sourceEvents.indexOf(status(MigrationStatus.SETUP)),
                                        sourceEvents.size())))
                .containsExactly(
                        status(MigrationStatus.SETUP),
                        status(MigrationStatus.ACTIVE),
                        new MonitorEvent.Stopped(),
                        status(MigrationStatus.DEVICE),
                        new MonitorEvent.Switchover(ledger),
                        status(MigrationStatus.COMPLETED));
        assertThat(sourceEvents).contains(new MonitorEvent.MigrationPass(1));
        assertThat(destinationEvents)
                .containsSubsequence(
                        status(MigrationStatus.SETUP),
                        status(MigrationStatus.ACTIVE),
                        status(MigrationStatus.PREPARED),
                        new MonitorEvent.Resumed(),
                        status(MigrationStatus.COMPLETED));
    }

    @Test
    void shouldSayWhereTheDowntimeWent() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, 5_000);
            pair.migrate();
            assertThat(pair.runner()).isSameAs(pair.destination());
            SwitchoverInfo switchover =
                    Objects.requireNonNull(pair.source().queryMigrate().switchover());
            assertThat(switchover.limitNanos()).isEqualTo(5_000_000_000L);
            assertThat(switchover.phases().stream().map(LedgerLine::describe))
                    .startsWith(
                            "stop of the vCPUs",
                            "word of the limit",
                            "final dirty sync",
                            "flush of ram")
                    .contains("save of device cpu", "save of device serial")
                    .endsWith("end of the stream", "load at the destination", "hand-over");
        }
    }

    @Test
    void shouldRefuseWhatComesAtTheWrongMoment() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            assertThatThrownBy(() -> pair.source().migrateIncoming("tcp:127.0.0.1:0", false))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessage("'-incoming' was not specified on the command line");
            assertThatThrownBy(() -> pair.destination().migrate("tcp:127.0.0.1:1"))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessage("Guest is waiting for an incoming migration");
            pair.enable(Capability.RETURN_PATH);
            pair.migrate();
            assertThatThrownBy(() -> pair.source().migrate("tcp:127.0.0.1:1"))
                    .isInstanceOf(MigrationRefusedException.class);
            assertThatThrownBy(() -> pair.source().cont())
                    .hasMessageContaining("handed over to the destination");
            assertThat(pair.source().runState()).isEqualTo(RunState.POSTMIGRATE);
        }
    }

    @Test
    void shouldFailAndRunOnWhenNobodyListens() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
            pair.source().migrate("unix:" + pair.socket());
            pair.source().awaitMigrationEnd();
            MigrationInfo info = pair.source().queryMigrate();
            assertThat(info.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(info.errorDesc()).contains("Failed to connect").contains("No such file");
            MigrationPair.awaitProgress(pair.source());
        }
    }

    static void awaitState(VirtualMachine machine, RunState state) {
        while (machine.runState() != state) {
            Thread.onSpinWait();
        }
    }

    private static MonitorEvent status(MigrationStatus status) {
        return new MonitorEvent.Migration(status);
    }

    private static List<MonitorEvent> withoutPasses(List<MonitorEvent> events) {
        return events.stream()
                .filter(event -> !(event instanceof MonitorEvent.MigrationPass))
                .toList();
    }
}
