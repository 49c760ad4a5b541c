package io.jvmm.kernel;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jvmm.linux.Errno;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Migration of a serial port of the kernel's own driver into another one. */
@ParameterizedClass
@EnumSource
final class MttyKernelTest {
    private static final String TEXT = "left inside";
    private static final int HEADER = 24;
    private static final int PORT = 36;
    private static final int IMAGE = HEADER + 2 * PORT;
    private static final long MAGIC = 0x7e9d09898c3e2c4eL;
    private static final int PAGE = 4096;
    private static final int QUEUE_COUNT = HEADER + 26;

    private final OpeningWay way;
    private final VfioBackend source;
    private final VfioBackend destination;
    private final MigrationData saving;
    private final MigrationData loading;

    MttyKernelTest(OpeningWay way) {
        this.way = way;
        source = way.open(GuestDevices.mttyTwoPorts().get(0));
        destination = way.open(GuestDevices.mttyTwoPorts().get(1));
        new SerialPort(source).clear();
        new SerialPort(destination).clear();
        saving = MigrationData.of(source);
        loading = MigrationData.of(destination);
    }

    @AfterEach
    void close() {
        source.close();
        destination.close();
    }

    @Test
    void shouldSayThatItHasEveryState() {
        assertThat(saving.migration().support()).isEqualTo(new MigrationSupport(true, true));
        assertThat(saving.migration().stopCopySize()).hasValue(IMAGE);
    }

    @Test
    void shouldMoveWhatIsInsideTheDevice() {
        new SerialPort(source).send(TEXT);
        saving.go(STOP_COPY);
        byte[] image = saving.read();
        assertThat(image).hasSize(IMAGE);

        loading.go(RESUMING);
        loading.write(image);
        loading.go(RUNNING);
        assertThat(new SerialPort(destination).receive()).isEqualTo(TEXT);
    }

    @Test
    void shouldMoveWhatCameDuringPrecopy() {
        saving.go(PRE_COPY);
        byte[] early = saving.read();
        assertThat(early).hasSize(HEADER);
        new SerialPort(source).send(TEXT);
        saving.go(STOP_COPY);
        byte[] late = saving.read();
        assertThat(late).hasSize(2 * PORT);

        loading.go(RESUMING);
        loading.write(early);
        loading.write(late);
        loading.go(RUNNING);
        assertThat(new SerialPort(destination).receive()).isEqualTo(TEXT);
    }

    @Test
    void shouldSayWhatIsLeftOfPrecopy() {
        saving.go(PRE_COPY);
        assertThat(saving.migration().precopyInfo()).hasValue(new PrecopyInfo(HEADER, 0, false));
        saving.read();
        assertThat(saving.migration().precopyInfo()).hasValue(new PrecopyInfo(0, 0, false));
    }

    @Test
    void shouldDescribeItsStateAsItsDriverDoes() {
        new SerialPort(source).send(TEXT);
        saving.go(STOP_COPY);
        ByteBuffer image = ByteBuffer.wrap(saving.read()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(image.getLong(0)).isEqualTo(MAGIC);
        assertThat(image.getInt(16)).as("ports").isEqualTo(2);
        assertThat(image.get(QUEUE_COUNT)).isEqualTo((byte) TEXT.length());
    }

    @Test
    void shouldSignalWhatItReceives() {
        SerialPort port = new SerialPort(source);
        try (EventFd event = new EventFd()) {
            source.connectIrqs(IrqInfo.INTX, List.of(event));
            port.enableReceiveInterrupt();
            assertThat(signals(port, event)).isTrue();
            assertThat(signals(port, event)).as("it has masked itself").isFalse();
            source.unmaskIrq(IrqInfo.INTX);
            assertThat(signals(port, event)).isTrue();
            source.disconnectIrqs(IrqInfo.INTX);
        }
    }

    private static boolean signals(SerialPort port, EventFd event) {
        port.send("!");
        port.receive();
        return event.drain();
    }

    @Test
    void shouldRefuseAnAccessOutsideItsRegions() {
        assertThatExceptionOfType(VfioException.class)
                .isThrownBy(() -> source.readRegister(2, 0, 1));
        assertThatExceptionOfType(VfioException.class)
                .isThrownBy(() -> source.writeRegister(0, 8, 1, 0));
    }

    @Test
    void shouldHaveWrittenNoMemory() {
        DmaLogging log = source.dmaLogging().orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bitmap = arena.allocate(JAVA_LONG);
            log.start(0, Long.SIZE * PAGE, PAGE);
            log.report(0, Long.SIZE * PAGE, PAGE, bitmap);
            log.stop();
            assertThat(bitmap.get(JAVA_LONG, 0)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ERROR", "RESUMING"})
    void shouldGoOnAfterACancel(DeviceMigrationState state) {
        new SerialPort(source).send(TEXT);
        saving.go(state);
        assertThat(saving.state()).isEqualTo(state);
        saving.go(RUNNING);
        assertThat(saving.state()).isEqualTo(RUNNING);
        assertThat(new SerialPort(source).receive()).isEqualTo(TEXT);
    }

    @Test
    void shouldRefuseAHeaderOfAnotherDevice() {
        saving.go(STOP_COPY);
        byte[] image = saving.read();
        image[0] ^= 1;
        loading.go(RESUMING);
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> loading.write(image))
                .returns(Errno.EFAULT, SyscallException::errno);
        destination.reset();
        assertThat(loading.state()).isEqualTo(RUNNING);
    }

    @Test
    void shouldRefuseToStopWithHalfAState() {
        saving.go(STOP_COPY);
        byte[] half = Arrays.copyOf(saving.read(), IMAGE / 2);
        loading.go(RESUMING);
        loading.write(half);
        assertThatExceptionOfType(SyscallException.class)
                .isThrownBy(() -> loading.go(RUNNING))
                .returns(Errno.EINVAL, SyscallException::errno);
        assertThat(loading.state()).isEqualTo(RESUMING);
        destination.reset();
        assertThat(loading.state()).isEqualTo(RUNNING);
    }

    @Test
    void shouldRefuseTheStateOfADeviceWithMorePorts() {
        saving.go(STOP_COPY);
        byte[] image = saving.read();
        Path onePort = GuestDevices.mttyOnePort().getFirst();
        try (VfioBackend other = way.open(onePort)) {
            MigrationData smaller = MigrationData.of(other);
            smaller.go(RESUMING);
            assertThatExceptionOfType(SyscallException.class)
                    .isThrownBy(() -> smaller.write(image))
                    .returns(Errno.EFAULT, SyscallException::errno);
            other.reset();
            assertThat(smaller.state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldBeResetWhenItIsOpenedInTheMiddleOfAMigration() {
        saving.go(STOP);
        source.close();
        try (VfioBackend again = way.open(GuestDevices.mttyTwoPorts().get(0))) {
            assertThat(MigrationData.of(again).state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldBeOpenOnlyOnce() {
        for (OpeningWay other : OpeningWay.values()) {
            // A device file can be opened a second time, but not bound: that is EINVAL.
            boolean file = way == OpeningWay.CDEV && other == OpeningWay.CDEV;
            assertThatExceptionOfType(SyscallException.class)
                    .isThrownBy(() -> other.open(GuestDevices.mttyTwoPorts().get(0)))
                    .returns(file ? Errno.EINVAL : Errno.EBUSY, SyscallException::errno);
        }
    }
}
