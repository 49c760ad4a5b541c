package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.Message;
import io.jvmm.fault.Place;
import io.jvmm.fault.PlannedFault;
import io.jvmm.fault.Trigger;
import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.vfio.user.server.DeviceProgram;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An attempt whose link stalls, or whose limit passes at the destination first, and the next. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetryOverBadLinkTest {
    private static final long LIMIT_MILLIS = 150;
    private static final long AMPLE_MILLIS = 20_000;
    private static final long SLOW_LOAD_MILLIS = 1500;

    /** More than all sockets on the way hold. */
    private static final long STATE = 16 << 20;

    /** DEV_DATA_STATE of a VFIO device's section. */
    private static final long DEVICE_DATA = 0xFFFF_FFFF_EF10_0004L;

    @Test
    void shouldCompleteWhenTheLinkThatStalledInTheRamIsBack() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, 64 << 20);
                FaultProxy proxy = stalledAtTheStop(pair)) {
            prepare(pair);
            pair.listen();
            pair.source().migrate(proxy.uri());
            awaitRollBack(pair.source());
            pair.set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
            proxy.lift(Place.forward(0));
            requireCompletedLater(pair);
            MigrationPair.verify(pair.destination());
        }
    }

    /** The way back is bounded, and the guest does not wait for its end. */
    @Test
    void shouldEndCancelledWhenTheLinkStaysStalled() throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, 64 << 20);
                FaultProxy proxy = stalledAtTheStop(pair)) {
            prepare(pair);
            pair.listen();
            pair.source().migrate(proxy.uri());
            awaitRollBack(pair.source());
            MigrationPair.awaitProgress(pair.source());
            assertThat(pair.source().handoverQuery().state()).isEqualTo("rolling-back");
            pair.source().awaitMigrationEnd();
            MigrationInfo info = pair.source().queryMigrate();
            assertThat(info.status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(info.errorDesc())
                    .contains("no further attempt: the destination did not forget the attempt");
            assertThat(pair.runner()).isSameAs(pair.source());
            MigrationPair.awaitProgress(pair.source());
            MigrationPair.verify(pair.source());
        }
    }

    @Test
    void shouldCompleteWhenTheLinkThatStalledInTheDeviceStateIsBack(@TempDir Path directory)
            throws InterruptedException {
        DeviceProgram program = DeviceProgram.uart().withoutPrecopy().withStateSize(STATE);
        CountDownLatch back = new CountDownLatch(1);
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, program)) {
            MigrationPair pair = devices.pair();
            prepare(pair);
            DevicePair.awaitBytes(pair.source());
            RecordingProxy.Tap stall =
                    RecordingProxy.at(DEVICE_DATA, secondTime(() -> awaitQuietly(back)));
            try (RecordingProxy proxy =
                    new RecordingProxy(
                            listenTcp(pair),
                            directory.resolve("record"),
                            stall,
                            RecordingProxy.nothing())) {
                pair.source().migrate(proxy.uri());
                awaitRollBack(pair.source());
                DevicePair.awaitBytes(pair.source());
                pair.set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
                back.countDown();
                requireCompletedLater(pair);
                DevicePair.awaitBytes(pair.destination());
                DevicePair.verify(pair.destination());
            } finally {
                back.countDown();
            }
        }
    }

    /** The destination is told a shorter limit than the source has: it is the first to notice. */
    @Test
    void shouldBeTakenBackByTheDestinationAndTriedAgain(@TempDir Path directory)
            throws InterruptedException {
        try (MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, 1 << 20)) {
            prepare(pair);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
            pair.renewDestination(SLOW_LOAD_MILLIS);
            ShortLimit shortLimit = new ShortLimit(1);
            try (RecordingProxy proxy =
                    new RecordingProxy(
                            listenTcp(pair),
                            directory.resolve("record"),
                            shortLimit,
                            RecordingProxy.nothing())) {
                pair.source().migrate(proxy.uri());
                requireCompletedLater(pair);
                SwitchoverInfo first = pair.source().querySwitchover().getFirst();
                assertThat(Objects.requireNonNull(first.abort()).side()).isEqualTo("destination");
                assertThat(pair.source().handoverQuery().attempt()).isEqualTo(2);
                MigrationPair.verify(pair.destination());
            }
        }
    }

    /** Changes the limit in the messages about it, until the first attempt is over. */
    private static final class ShortLimit implements RecordingProxy.Tap {
        private static final long HEAD = 0x08_000B_0010L;
        private static final long HEAD_MASK = 0xFF_FFFF_FFFFL;

        private final long limitMillis;
        private long window;
        private int left;
        private boolean over;

        ShortLimit(long limitMillis) {
            this.limitMillis = limitMillis;
        }

        @Override
        public void see(ByteBuffer bytes, long position) {
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                if (left > 0) {
                    left--;
                    bytes.put(i, (byte) (limitMillis >>> (Byte.SIZE * left)));
                }
                window = window << Byte.SIZE | Byte.toUnsignedLong(bytes.get(i));
                if ((window & HEAD_MASK) == 0x08_4A03_0014L) {
                    over = true;
                }
                if (!over && (window & HEAD_MASK) == HEAD) {
                    left = Long.BYTES;
                }
            }
        }
    }

    private static void prepare(MigrationPair pair) {
        pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT, Capability.X_VERIFY_RAM);
        pair.set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, DevicePair.FAST);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, LIMIT_MILLIS);
        pair.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 0);
        pair.stopByBareRule();
    }

    /** Nothing passes behind the first message that says that the guest has stopped. */
    private static FaultProxy stalledAtTheStop(MigrationPair pair) {
        Message stop = Message.SOURCE_DOWNTIME;
        return new FaultProxy(
                UnixDomainSocketAddress.of(pair.proxySocket()),
                UnixDomainSocketAddress.of(pair.socket()),
                new FaultPlan(
                        List.of(
                                new PlannedFault(
                                        new Trigger.AtMessage(0, stop, 1, stop.length()),
                                        Place.forward(0),
                                        new Fault.Stall(Fault.FOREVER)))));
    }

    private static int listenTcp(MigrationPair pair) {
        pair.destination().migrateIncoming("tcp:127.0.0.1:0", false);
        String uri = Objects.requireNonNull(pair.destination().queryMigrate().listenUri());
        return Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
    }

    /** The guest is back, and the destination has not said that it has forgotten the attempt. */
    private static void awaitRollBack(VirtualMachine source) {
        while (!source.handoverQuery().state().equals("rolling-back")
                || source.runState() != RunState.RUNNING) {
            Thread.onSpinWait();
        }
    }

    private static void requireCompletedLater(MigrationPair pair) throws InterruptedException {
        pair.source().awaitMigrationEnd();
        MigrationInfo info = pair.source().queryMigrate();
        assertThat(info.errorDesc()).isNull();
        assertThat(info.status()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(pair.source().handoverQuery().attempt()).isGreaterThan(1);
        SwitchoverInfo first = pair.source().querySwitchover().getFirst();
        assertThat(first.abort()).isNotNull();
        assertThat(pair.runner()).isSameAs(pair.destination());
        MigrationPair.awaitProgress(pair.destination());
    }

    private static Runnable secondTime(Runnable action) {
        int[] times = {0};
        return () -> {
            times[0]++;
            if (times[0] == 2) {
                action.run();
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
