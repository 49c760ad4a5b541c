package io.jvmm.vfio.user;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.Allocation;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a switchover does to a device allocates nothing on the client's side. */
class UserAllocationTest {
    private static final long LARGE = 1L << 40;

    @TempDir Path directory;

    private final MemorySegment buffer = Arena.ofAuto().allocate(4096);
    private DeviceServer server;
    private VfioUserDevice device;
    private VfioMigration migration;

    @BeforeEach
    void connect() {
        Path path = directory.resolve("s");
        server =
                DeviceServer.start(
                        List.of(new Offer(path, DeviceProgram.uart().withStateSize(LARGE))));
        device = VfioUserDevice.connect(path);
        migration = device.migration().orElseThrow();
    }

    @AfterEach
    void close() {
        device.close();
        server.close();
    }

    @Test
    void shouldEnterStatesWithoutAllocating() {
        assertAllocatesNothing(() -> {
            migration.enter(PRE_COPY);
            migration.enter(RUNNING);
            migration.state();
        });
    }

    @Test
    void shouldReadStateWithoutAllocating() {
        migration.enter(STOP_COPY);
        assertAllocatesNothing(() -> migration.read(buffer, 0, 4096));
    }

    @Test
    void shouldWriteStateWithoutAllocating() {
        migration.enter(STOP_COPY);
        long header = migration.read(buffer, 0, 100);
        long record = migration.read(buffer, header, 16);
        migration.enter(RESUMING);
        migration.write(buffer, 0, header + record);
        MemorySegment pattern = Arena.ofAuto().allocate(8 << 20);
        long length = pattern(pattern);
        long[] at = {0};
        assertAllocatesNothing(() -> {
            migration.write(pattern, at[0] % length, 1000);
            at[0] += 1000;
        });
    }

    /** As much of the state as the test writes, from a device of its own. */
    private long pattern(MemorySegment into) {
        Path path = directory.resolve("source");
        try (DeviceServer other =
                        DeviceServer.start(
                                List.of(
                                        new Offer(
                                                path, DeviceProgram.uart().withStateSize(LARGE))));
                VfioUserDevice source = VfioUserDevice.connect(path)) {
            VfioMigration from = source.migration().orElseThrow();
            from.enter(STOP_COPY);
            from.read(buffer, 0, 100);
            from.read(buffer, 0, 16);
            long length = 0;
            while (length < into.byteSize()) {
                length += from.read(into, length, into.byteSize() - length);
            }
            assertThat(other.devices().getFirst().state()).isEqualTo(STOP_COPY);
            return length;
        }
    }

    @Test
    void shouldReportDirtyPagesWithoutAllocating() throws Exception {
        Path ram = Files.write(directory.resolve("ram"), new byte[1 << 20]);
        MemorySegment bitmap = Arena.ofAuto().allocate(32, 8);
        try (Fd file = Fd.open(ram.toString(), Fd.READ_WRITE);
                Mapping memory = Mapping.of(file, 0, 1 << 20)) {
            device.mapDma(new DmaRegion(0, memory.segment(), file, 0));
            DmaLogging logging = device.dmaLogging().orElseThrow();
            logging.start(0, 1 << 20, 4096);
            assertAllocatesNothing(() -> logging.report(0, 1 << 20, 4096, bitmap));
        }
    }

    @Test
    void shouldAccessRegistersWithoutAllocating() {
        assertAllocatesNothing(() -> {
            device.writeRegister(0, 7, 1, 1);
            device.readRegister(0, 7, 1);
        });
        migration.enter(STOP);
    }

    private static void assertAllocatesNothing(Runnable code) {
        assertThat(Allocation.ofThousand(code)).isZero();
    }
}
