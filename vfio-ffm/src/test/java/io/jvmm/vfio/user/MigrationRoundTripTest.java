package io.jvmm.vfio.user;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import io.jvmm.vfio.user.server.Precopy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a UART goes from one device to another. */
class MigrationRoundTripTest {
    private static final int DATA = 0;
    private static final int LINE_STATUS = 5;
    private static final int SCRATCH = 7;

    @TempDir Path directory;

    private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 20);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 12_345, 16 << 20})
    void shouldCarryTheBytesInTheUart(long stateSize) {
        DeviceProgram program = DeviceProgram.uart().withPorts(2).withStateSize(stateSize);
        try (DeviceServer server = serve(program);
                VfioUserDevice source = connect(server, 0);
                VfioUserDevice destination = connect(server, 1)) {
            write(source, 0, "hello");
            source.writeRegister(1, SCRATCH, 1, 0x42);
            VfioMigration from = migration(source);
            VfioMigration to = migration(destination);

            from.enter(RUNNING_P2P);
            from.enter(STOP);
            long said = from.stopCopySize().orElseThrow();
            from.enter(STOP_COPY);
            to.enter(RESUMING);
            assertThat(copy(from, to)).isEqualTo(said);
            to.enter(STOP);
            to.enter(RUNNING_P2P);
            to.enter(RUNNING);
            from.enter(STOP);

            assertThat(read(destination, 0)).isEqualTo("hello");
            assertThat(destination.readRegister(1, SCRATCH, 1)).isEqualTo(0x42);
            assertThat(server.devices().get(0).state()).isEqualTo(STOP);
            assertThat(server.devices().get(1).state()).isEqualTo(RUNNING);
        }
    }

    @Test
    void shouldGoOnFromPrecopyInOneStream() {
        DeviceProgram program =
                DeviceProgram.uart().withPrecopy(new Precopy(100_000, 5000)).withStateSize(70_000);
        try (DeviceServer server = serve(program);
                VfioUserDevice source = connect(server, 0);
                VfioUserDevice destination = connect(server, 1)) {
            VfioMigration from = migration(source);
            VfioMigration to = migration(destination);
            to.enter(RESUMING);
            from.enter(PRE_COPY);
            assertThat(copy(from, to)).isEqualTo(16 + 16 + 2 * 16 + 105_000);
            write(source, 0, "late");
            from.enter(STOP_COPY);
            copy(from, to);
            to.enter(RUNNING);
            assertThat(read(destination, 0)).isEqualTo("late");
        }
    }

    @Test
    void shouldGoOnAfterACancelledMigration() {
        try (DeviceServer server = serve(DeviceProgram.uart().withStateSize(1 << 20));
                VfioUserDevice source = connect(server, 0);
                VfioUserDevice destination = connect(server, 1)) {
            VfioMigration from = migration(source);
            write(source, 0, "kept");
            from.enter(STOP_COPY);
            from.read(buffer, 0, 1000);
            from.enter(RUNNING);
            assertThat(from.state()).isEqualTo(RUNNING);
            from.enter(STOP_COPY);
            VfioMigration to = migration(destination);
            to.enter(RESUMING);
            copy(from, to);
            to.enter(RUNNING);
            assertThat(read(destination, 0)).isEqualTo("kept");
            from.enter(RUNNING);
            assertThat(read(source, 0)).isEqualTo("kept");
        }
    }

    @Test
    void shouldRefuseToRunWithoutAWholeState() {
        try (DeviceServer server =
                        serve(DeviceProgram.uart().withStateSize(1000).withCutAfter(99));
                VfioUserDevice source = connect(server, 0);
                VfioUserDevice destination = connect(server, 1)) {
            VfioMigration from = migration(source);
            VfioMigration to = migration(destination);
            from.enter(STOP_COPY);
            to.enter(RESUMING);
            assertThat(copy(from, to)).isEqualTo(99);
            assertThatThrownBy(() -> to.enter(STOP))
                    .hasMessageContaining("errno=EINVAL device=" + destination.name());
            assertThat(to.state()).isEqualTo(RESUMING);
            destination.reset();
            assertThat(to.state()).isEqualTo(RUNNING);
        }
    }

    private DeviceServer serve(DeviceProgram program) {
        return DeviceServer.start(
                List.of(
                        new Offer(directory.resolve("a"), program),
                        new Offer(directory.resolve("b"), program)));
    }

    private static VfioUserDevice connect(DeviceServer server, int index) {
        return VfioUserDevice.connect(server.devices().get(index).socket());
    }

    private static VfioMigration migration(VfioUserDevice device) {
        return device.migration().orElseThrow();
    }

    private long copy(VfioMigration from, VfioMigration to) {
        long total = 0;
        long length = from.read(buffer, 0, buffer.byteSize());
        while (length > 0) {
            to.write(buffer, 0, length);
            total += length;
            length = from.read(buffer, 0, buffer.byteSize());
        }
        return total;
    }

    private static void write(VfioUserDevice device, int bar, String text) {
        text.chars().forEach(c -> device.writeRegister(bar, DATA, 1, c));
    }

    private static String read(VfioUserDevice device, int bar) {
        StringBuilder text = new StringBuilder();
        while ((device.readRegister(bar, LINE_STATUS, 1) & 1) != 0) {
            text.append((char) device.readRegister(bar, DATA, 1));
        }
        return text.toString();
    }
}
