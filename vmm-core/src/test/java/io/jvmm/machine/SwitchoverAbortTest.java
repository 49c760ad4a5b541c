package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.fault.Direction;
import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.Place;
import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.monitor.MonitorEvent;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A switchover that overruns its limit, is cancelled, or loses its link: the guest comes back. */
class SwitchoverAbortTest {
    private static final MonitorEvent DEVICE = new MonitorEvent.Migration(MigrationStatus.DEVICE);
    private static final int MODERATE = 4 << 20;
    private static final long SLOW_LOAD_MILLIS = 60_000;

    /** Longer than the limit under test, shorter than that of the migration after it. */
    private static final long SLOW_SAVE_MILLIS = 400;

    /** Long form: {@code mvn verify -Djvmm.test.aborts=200}. */
    private static final int ABORTS = Integer.getInteger("jvmm.test.aborts", 6);

    private enum Trouble {
        STALLED_LINK,
        CUT_LINK,
        CANCEL,
        SLOW_LOAD,
        SLOW_SAVE;

        static Trouble of(int round) {
            return values()[round % values().length];
        }
    }

    private final Random random = new Random(Long.getLong("jvmm.test.seed", 42));

    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldTakeTheGuestBackWhenTheDestinationIsTooSlow(AcceleratorKind accelerator)
            throws InterruptedException {
        List<MonitorEvent> events = new CopyOnWriteArrayList<>();
        SwitchoverInfo ledger;
        try (MigrationPair pair = limited(accelerator, 40)) {
            pair.source().addEventListener(events::add);
            pair.renewDestination(SLOW_LOAD_MILLIS);
            pair.migrate();
            ledger = pair.source().querySwitchover().getLast();
            MigrationInfo info = pair.source().queryMigrate();
            assertThat(info.status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(info.errorDesc())
                    .startsWith("switchover limit of 40 ms exceeded at the source")
                    .contains("runs again at the source");
            SwitchoverInfo.Abort abort = requireAbort(info);
            assertThat(abort.side()).isEqualTo("source");
            assertThat(abort.watchLateNanos()).isNotNegative();
            assertThat(pair.runner()).isSameAs(pair.source());
            MigrationPair.awaitProgress(pair.source());
            MigrationPair.verify(pair.source());
        }
        assertThat(events.subList(events.indexOf(new MonitorEvent.Stopped()), events.size()))
                .filteredOn(event -> !event.equals(DEVICE)) // none if the stop itself overran
                .containsExactly(
                        new MonitorEvent.Stopped(),
                        new MonitorEvent.Resumed(),
                        new MonitorEvent.Switchover(ledger),
                        new MonitorEvent.Migration(MigrationStatus.CANCELLING),
                        new MonitorEvent.Migration(MigrationStatus.CANCELLED));
    }

    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldSurviveFaultsAtRandomPointsAndMigrateAfterEachOne(AcceleratorKind accelerator)
            throws InterruptedException {
        for (int i = 0; i < ABORTS; i++) {
            long saveDelay = Trouble.of(i) == Trouble.SLOW_SAVE ? SLOW_SAVE_MILLIS : 0;
            try (MigrationPair pair = limited(accelerator, 40, saveDelay)) {
                MigrationPair.awaitProgress(pair.source());
                abortOnce(pair, Trouble.of(i));
                assertThat(pair.runner()).as("fault %d", i).isSameAs(pair.source());
                assertThat(pair.source().queryMigrate().status())
                        .as("fault %d", i)
                        .isIn(MigrationStatus.CANCELLED, MigrationStatus.FAILED);
                MigrationPair.awaitProgress(pair.source());
                MigrationPair.verify(pair.source());
                pair.renewDestination(0);
                pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
                pair.migrate();
                assertThat(pair.source().queryMigrate().errorDesc()).as("fault %d", i).isNull();
                assertThat(pair.runner()).as("fault %d", i).isSameAs(pair.destination());
                MigrationPair.verify(pair.destination());
            }
        }
    }

    @Test
    void shouldTakeTheGuestBackWhenTheLinkStalls() throws InterruptedException {
        try (MigrationPair pair = limited(AcceleratorKind.INTERP, 200)) {
            pair.renewDestination(SLOW_LOAD_MILLIS);
            try (FaultProxy proxy = startThroughProxy(pair)) {
                MigrationPair.awaitSwitchover(pair.source());
                stall(proxy);
                pair.source().awaitMigrationEnd();
            }
            assertThat(pair.source().queryMigrate().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(pair.runner()).isSameAs(pair.source());
            MigrationPair.verify(pair.source());
        }
    }

    @Test
    void shouldFailAndRunOnWhenTheLinkIsCut() throws InterruptedException {
        try (MigrationPair pair = limited(AcceleratorKind.INTERP, 20_000)) {
            pair.renewDestination(SLOW_LOAD_MILLIS);
            try (FaultProxy proxy = startThroughProxy(pair)) {
                MigrationPair.awaitSwitchover(pair.source());
                proxy.cutAll();
                pair.source().awaitMigrationEnd();
            }
            assertThat(pair.source().queryMigrate().status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(pair.source().queryMigrate().errorDesc()).isNotEmpty();
            assertThat(pair.runner()).isSameAs(pair.source());
            MigrationPair.verify(pair.source());
        }
    }

    @Test
    void shouldCancelAtAnyTimeAndRunOn() throws InterruptedException {
        for (int i = 0; i < ABORTS; i++) {
            try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE)) {
                pair.enable(Capability.RETURN_PATH);
                pair.renewDestination(SLOW_LOAD_MILLIS);
                pair.listen();
                pair.source().migrate("unix:" + pair.socket());
                spin(random.nextInt(3_000_000));
                pair.source().migrateCancel();
                pair.source().awaitMigrationEnd();
                MigrationInfo info = pair.source().queryMigrate();
                assertThat(info.status()).isEqualTo(MigrationStatus.CANCELLED);
                assertThat(info.errorDesc()).isNull();
                assertThat(pair.runner()).isSameAs(pair.source());
                MigrationPair.awaitProgress(pair.source());
                MigrationPair.verify(pair.source());
            }
        }
    }

    @Test
    void shouldQueueAStopThatComesDuringTheSwitchover() throws InterruptedException {
        try (MigrationPair pair = limited(AcceleratorKind.INTERP, 2_000)) {
            pair.renewDestination(SLOW_LOAD_MILLIS);
            pair.listen();
            pair.source().migrate("unix:" + pair.socket());
            MigrationPair.awaitSwitchover(pair.source());
            pair.source().stop();
            pair.source().migrateCancel();
            pair.source().awaitMigrationEnd();
            assertThat(pair.source().runState()).isEqualTo(RunState.PAUSED);
        }
    }

    /** The load never ends, so every one of these switchovers has to be aborted. */
    private void abortOnce(MigrationPair pair, Trouble trouble) throws InterruptedException {
        pair.renewDestination(SLOW_LOAD_MILLIS);
        try (FaultProxy proxy = startThroughProxy(pair)) {
            MigrationPair.awaitSwitchover(pair.source());
            spin(random.nextInt(10_000_000));
            switch (trouble) {
                case STALLED_LINK -> stall(proxy);
                case CUT_LINK -> proxy.cutAll();
                case CANCEL -> pair.source().migrateCancel();
                case SLOW_LOAD, SLOW_SAVE -> {} // the devices alone
            }
            pair.source().awaitMigrationEnd();
        }
    }

    /** From now on nothing passes. */
    private static void stall(FaultProxy proxy) {
        for (Direction direction : Direction.values()) {
            proxy.inflict(new Place(0, direction), new Fault.Stall(Fault.FOREVER));
        }
    }

    private static FaultProxy startThroughProxy(MigrationPair pair) {
        FaultProxy proxy =
                new FaultProxy(
                        UnixDomainSocketAddress.of(pair.proxySocket()),
                        UnixDomainSocketAddress.of(pair.socket()),
                        FaultPlan.NONE);
        pair.listen();
        pair.source().migrate("unix:" + pair.proxySocket());
        return proxy;
    }

    private static MigrationPair limited(AcceleratorKind accelerator, long limitMillis) {
        return limited(accelerator, limitMillis, 0);
    }

    private static MigrationPair limited(
            AcceleratorKind accelerator, long limitMillis, long saveDelayMillis) {
        MigrationPair pair = new MigrationPair(accelerator, MODERATE, saveDelayMillis);
        pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, limitMillis);
        pair.set(MigrationParameter.MAX_BANDWIDTH, 0);
        return pair;
    }

    private static SwitchoverInfo.Abort requireAbort(MigrationInfo info) {
        SwitchoverInfo switchover = info.switchover();
        if (switchover == null || switchover.abort() == null) {
            throw new AssertionError("No abort was reported: " + info);
        }
        return switchover.abort();
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
