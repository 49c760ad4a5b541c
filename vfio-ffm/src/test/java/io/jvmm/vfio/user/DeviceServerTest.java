package io.jvmm.vfio.user;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.linux.EventFd;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.DataFault;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import io.jvmm.vfio.user.server.ServedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device that the server offers, and what it does wrong when it is told to. */
class DeviceServerTest {
    private static final int CONFIG = DeviceInfo.CONFIG_REGION;

    @TempDir Path directory;

    private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 20);
    private DeviceServer server = DeviceServer.start(List.of());

    @AfterEach
    void close() {
        server.close();
    }

    private VfioUserDevice serve(DeviceProgram program) {
        Path path = directory.resolve("s");
        server = DeviceServer.start(List.of(new Offer(path, program)));
        return VfioUserDevice.connect(path);
    }

    private ServedDevice served() {
        return server.devices().getFirst();
    }

    private static VfioMigration migration(VfioUserDevice device) {
        return device.migration().orElseThrow();
    }

    @Test
    void shouldBeAPciSerialPort() {
        try (VfioUserDevice device = serve(DeviceProgram.uart().withPorts(2))) {
            assertThat(device.info()).isEqualTo(new DeviceInfo(true, true, 9, 5));
            assertThat(device.region(0).size()).isEqualTo(8);
            assertThat(device.region(1).size()).isEqualTo(8);
            assertThat(device.region(2).size()).isZero();
            assertThat(device.region(CONFIG).size()).isEqualTo(256);
            assertThat(device.irq(IrqInfo.INTX))
                    .isEqualTo(new IrqInfo(0, 1, true, true, true, false));
            assertThat(device.irq(IrqInfo.MSIX).count()).isZero();
            assertThat(device.readRegister(CONFIG, 0, 4)).isEqualTo(0x00024a56);
            assertThat(device.readRegister(CONFIG, 8, 4)).isEqualTo(0x07000201);
            device.writeRegister(CONFIG, 0x10, 4, 0xffffffffL);
            assertThat(device.readRegister(CONFIG, 0x10, 4)).isEqualTo(0xfffffff9L);
            device.writeRegister(CONFIG, 0x10, 4, 0xc000);
            assertThat(device.readRegister(CONFIG, 0x10, 4)).isEqualTo(0xc001);
            device.writeRegister(CONFIG, 4, 2, 0xffff);
            assertThat(device.readRegister(CONFIG, 4, 2)).isEqualTo(0x0407);
            device.writeRegister(CONFIG, 0, 4, 0);
            assertThat(device.readRegister(CONFIG, 0, 2)).isEqualTo(0x4a56);
        }
    }

    @Test
    void shouldRefuseAccessesOutsideARegion() {
        try (VfioUserDevice device = serve(DeviceProgram.uart())) {
            assertThatThrownBy(() -> device.readRegister(0, 7, 2))
                    .hasMessageContaining("size=8 offset=7 length=2");
            assertThatThrownBy(() -> device.readRegister(2, 0, 1)).hasMessageContaining("region=2");
            assertThatThrownBy(() -> device.readRegister(0, 0, 3)).hasMessageContaining("size=3");
            assertThatThrownBy(() -> device.writeRegister(0, -1, 1, 0))
                    .hasMessageContaining("offset=-1");
        }
    }

    @Test
    void shouldSignalInterruptsOnceUntilTheyAreUnmasked() {
        try (EventFd event = new EventFd();
                VfioUserDevice device = serve(DeviceProgram.uart())) {
            device.connectIrqs(IrqInfo.INTX, List.of(event));
            device.writeRegister(0, 1, 1, 1); // on received data
            assertThat(event.drain()).isFalse();
            device.writeRegister(0, 0, 1, 'a');
            assertThat(event.drain()).isTrue();
            assertThat(device.readRegister(0, 2, 1)).isEqualTo(4);
            assertThat(device.readRegister(CONFIG, 6, 2) & 8).isEqualTo(8);
            device.writeRegister(0, 0, 1, 'b');
            assertThat(event.drain()).isFalse();
            device.unmaskIrq(IrqInfo.INTX);
            assertThat(event.drain()).isTrue();
            device.maskIrq(IrqInfo.INTX);
            device.triggerIrq(IrqInfo.INTX);
            assertThat(event.drain()).isTrue();
            device.readRegister(0, 0, 1);
            device.readRegister(0, 0, 1);
            assertThat(device.readRegister(CONFIG, 6, 2) & 8).isZero();
            device.unmaskIrq(IrqInfo.INTX);
            assertThat(event.drain()).isFalse();
            device.disconnectIrqs(IrqInfo.INTX);
            device.triggerIrq(IrqInfo.INTX);
            assertThat(event.drain()).isFalse();
            assertThatThrownBy(() -> device.connectIrqs(IrqInfo.MSI, List.of(event)))
                    .hasMessageContaining("irq=1 events=1 limit=0");
        }
    }

    @Test
    void shouldBeAsItWasWhenTheClientComesBack() {
        try (VfioUserDevice device = serve(DeviceProgram.uart())) {
            device.writeRegister(0, 0, 1, 'x');
            device.writeRegister(CONFIG, 0x3c, 1, 11);
            migration(device).enter(STOP);
        }
        try (VfioUserDevice device = VfioUserDevice.connect(served().socket())) {
            assertThat(migration(device).state()).isEqualTo(STOP);
            assertThat(device.readRegister(CONFIG, 0x3c, 1)).isEqualTo(11);
            assertThat(device.readRegister(0, 0, 1)).isEqualTo('x');
            device.reset();
            assertThat(migration(device).state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldGoTheShortestWay() {
        try (VfioUserDevice device = serve(DeviceProgram.uart().withoutP2p().withoutPrecopy())) {
            VfioMigration migration = migration(device);
            assertThat(migration.support().p2p()).isFalse();
            assertThat(migration.support().preCopy()).isFalse();
            migration.enter(STOP_COPY);
            migration.enter(RUNNING);
            assertThatThrownBy(() -> migration.enter(RUNNING_P2P)).hasMessageContaining("EINVAL");
            assertThatThrownBy(() -> migration.enter(ERROR)).hasMessageContaining("EINVAL");
            assertThat(migration.state()).isEqualTo(RUNNING);
            assertThatThrownBy(() -> migration.read(buffer, 0, 1)).hasMessageContaining("EINVAL");
            assertThatThrownBy(() -> migration.write(buffer, 0, 1)).hasMessageContaining("EINVAL");
        }
    }

    @Test
    void shouldRefuseAnArc() {
        DeviceProgram program =
                DeviceProgram.uart()
                        .withOutcome(RUNNING_P2P, STOP, new ArcOutcome.Refuse(Errno.EBUSY));
        try (VfioUserDevice device = serve(program)) {
            VfioMigration migration = migration(device);
            assertThatThrownBy(() -> migration.enter(STOP))
                    .hasMessageContaining("errno=EBUSY device=" + device.name());
            assertThat(migration.state()).isEqualTo(RUNNING_P2P);
            served().program(DeviceProgram.uart());
            migration.enter(STOP);
        }
    }

    @Test
    void shouldFailOnAnArcUntilItIsReset() {
        DeviceProgram program =
                DeviceProgram.uart().withOutcome(STOP, STOP_COPY, new ArcOutcome.Fail());
        try (VfioUserDevice device = serve(program)) {
            VfioMigration migration = migration(device);
            assertThatThrownBy(() -> migration.enter(STOP_COPY)).hasMessageContaining("EIO");
            assertThat(migration.state()).isEqualTo(ERROR);
            assertThatThrownBy(() -> migration.enter(RUNNING)).hasMessageContaining("EINVAL");
            device.reset();
            assertThat(migration.state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldHangOnAnArcUntilItIsReleased() throws Exception {
        DeviceProgram program =
                DeviceProgram.uart().withOutcome(RUNNING_P2P, STOP, new ArcOutcome.Hang());
        try (VfioUserDevice device = serve(program)) {
            Thread stopper = Thread.ofPlatform().start(() -> migration(device).enter(STOP));
            served().awaitHang();
            assertThat(served().state()).isEqualTo(RUNNING_P2P);
            served().release();
            stopper.join();
            assertThat(migration(device).state()).isEqualTo(STOP);
        }
    }

    @Test
    void shouldLeaveADeviceThatHangsForEver() throws Exception {
        DeviceProgram program =
                DeviceProgram.uart().withOutcome(RUNNING_P2P, STOP, new ArcOutcome.Hang());
        try (VfioUserDevice device = serve(program)) {
            Thread breaker =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    served().awaitHang();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                                device.shutdown();
                            });
            assertThatThrownBy(() -> migration(device).enter(STOP))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("device=" + device.name());
            breaker.join();
        } // and the server's close does not wait for the device
    }

    @Test
    void shouldLoseTheConnectionOnAnArc() {
        DeviceProgram program =
                DeviceProgram.uart().withOutcome(RUNNING, RUNNING_P2P, new ArcOutcome.Disconnect());
        try (VfioUserDevice device = serve(program)) {
            assertThatThrownBy(() -> migration(device).enter(STOP))
                    .hasRootCauseMessage("The server has closed the connection");
        }
        try (VfioUserDevice device = VfioUserDevice.connect(served().socket())) {
            assertThat(migration(device).state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldDieOnAnArc() throws Exception {
        DeviceProgram program =
                DeviceProgram.uart().withOutcome(RUNNING, RUNNING_P2P, new ArcOutcome.Die());
        try (VfioUserDevice device = serve(program)) {
            assertThatThrownBy(() -> migration(device).enter(STOP))
                    .hasRootCauseMessage("The server has closed the connection");
        }
        server.awaitDeath();
        server.close();
        assertThat(served().socket()).doesNotExist();
    }

    @Test
    void shouldBeWrongAboutItsRegionsWhenTold() {
        assertThatThrownBy(() -> serve(DeviceProgram.uart().withFaults(DataFault.BAD_REGION_SIZE)))
                .hasRootCauseMessage("A region's place makes no sense: region=0 size=-8 offset=0");
    }

    @Test
    void shouldForgetTheTwinSocketWhenTold() {
        assertThatThrownBy(
                        () -> serve(DeviceProgram.uart().withFaults(DataFault.TOO_FEW_DESCRIPTORS)))
                .hasStackTraceContaining("twin_socket descriptors=0 expected=1");
    }

    @Test
    void shouldAnswerTooMuchWhenTold() {
        try (VfioUserDevice device =
                serve(DeviceProgram.uart().withFaults(DataFault.REPLY_TOO_LONG))) {
            migration(device).enter(STOP_COPY);
            assertThatThrownBy(() -> migration(device).read(buffer, 0, 100))
                    .hasStackTraceContaining("payload=116 expected=8 to 108");
        }
    }

    @Test
    void shouldRefuseAHeaderThatIsNotItsOwn() {
        try (VfioUserDevice device = serve(DeviceProgram.uart().withFaults(DataFault.BAD_HEADER))) {
            VfioMigration migration = migration(device);
            migration.enter(STOP_COPY);
            long length = migration.read(buffer, 0, 1000);
            migration.enter(RESUMING);
            assertThatThrownBy(() -> migration.write(buffer, 0, length))
                    .hasMessageContaining("VFIO_USER_MIG_DATA_WRITE errno=EINVAL");
            assertThatThrownBy(() -> migration.enter(RUNNING)).hasMessageContaining("EINVAL");
            assertThat(migration.state()).isEqualTo(RESUMING);
        }
    }

    @Test
    void shouldNoticeEveryChangedByteOfItsState() {
        try (VfioUserDevice device = serve(DeviceProgram.uart().withStateSize(300))) {
            VfioMigration migration = migration(device);
            migration.enter(STOP_COPY);
            long length = 0;
            long read = migration.read(buffer, 0, 1000);
            while (read > 0) {
                length += read;
                read = migration.read(buffer, length, 1000);
            }
            for (long at = 48; at < 348; at += 37) {
                migration.enter(RESUMING);
                byte right = buffer.get(JAVA_BYTE, at);
                buffer.set(JAVA_BYTE, at, (byte) ~right);
                long all = length;
                assertThatThrownBy(() -> migration.write(buffer, 0, all))
                        .hasMessageContaining("EINVAL");
                buffer.set(JAVA_BYTE, at, right);
                device.reset();
            }
        }
    }

    @Test
    void shouldThrowAClientOut() {
        try (VfioUserDevice device = serve(DeviceProgram.uart())) {
            served().disconnect();
            assertThatThrownBy(() -> device.readRegister(0, 0, 1))
                    .isInstanceOf(VfioException.class);
        }
        try (VfioUserDevice device = VfioUserDevice.connect(served().socket())) {
            assertThat(device.readRegister(CONFIG, 0, 2)).isEqualTo(0x4a56);
        }
    }

    @Test
    void shouldSayThatTheServerDoesNotAnswer() {
        try (VfioUserDevice device = serve(DeviceProgram.uart())) {
            assertThatThrownBy(() -> VfioUserDevice.connect(served().socket(), 10))
                    .hasRootCauseMessage(
                            "The server does not answer; it may have another client: millis=10");
            assertThat(device.readRegister(CONFIG, 0, 2)).isEqualTo(0x4a56);
        }
    }

    @Test
    void shouldServeManySocketsAtOnce() {
        List<Offer> offers =
                IntStream.range(0, 16)
                        .mapToObj(i -> new Offer(directory.resolve("d" + i), DeviceProgram.uart()))
                        .toList();
        server = DeviceServer.start(offers);
        List<VfioUserDevice> devices =
                offers.stream().map(offer -> VfioUserDevice.connect(offer.socket())).toList();
        for (int i = 0; i < 16; i++) {
            devices.get(i).writeRegister(0, 7, 1, i);
        }
        for (int i = 0; i < 16; i++) {
            assertThat(devices.get(i).readRegister(0, 7, 1)).isEqualTo(i);
        }
        devices.forEach(VfioUserDevice::close);
    }

    @Test
    void shouldNotBecomeAnotherDevice() {
        try (VfioUserDevice _ = serve(DeviceProgram.uart())) {
            assertThatThrownBy(() -> served().program(DeviceProgram.uart().withPorts(2)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
