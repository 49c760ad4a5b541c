package io.jvmm.vfio.user;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import io.jvmm.vfio.user.server.DmaDirtying;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device writes the memory of its client, and says so. */
class DeviceDmaTest {
    private static final long IOVA = 0x4000_0000;
    private static final int PAGES = 256;
    private static final long PAGE = 4096;
    private static final long SIZE = PAGES * PAGE;

    @TempDir Path directory;

    private DeviceServer server;
    private VfioUserDevice device;
    private Fd file;
    private Mapping memory;
    private DmaRegion region;

    @BeforeEach
    void connect() throws Exception {
        Path path = directory.resolve("s");
        DeviceProgram program =
                DeviceProgram.uart().withDma(new DmaDirtying(IOVA + 16 * PAGE, 32 * PAGE, 20_000));
        server = DeviceServer.start(List.of(new Offer(path, program)));
        device = VfioUserDevice.connect(path);
        Path ram = Files.write(directory.resolve("ram"), new byte[(int) (SIZE + PAGE)]);
        file = Fd.open(ram.toString(), Fd.READ_WRITE);
        memory = Mapping.of(file, PAGE, SIZE);
        region = new DmaRegion(IOVA, memory.segment(), file, PAGE);
    }

    @AfterEach
    void close() {
        device.close();
        server.close();
        memory.close();
        file.close();
    }

    private boolean isWritten(int page) {
        return memory.segment().get(JAVA_LONG, page * PAGE) != 0;
    }

    private void awaitWrites() {
        for (int page = 16; page < 48; page++) {
            while (!isWritten(page)) {
                Thread.onSpinWait();
            }
        }
    }

    private void clear() {
        memory.segment().fill((byte) 0);
    }

    @Test
    void shouldReportEveryPageThatItWrites() {
        DmaLogging logging = device.dmaLogging().orElseThrow();
        logging.start(IOVA, SIZE, PAGE);
        device.mapDma(region);
        awaitWrites();
        device.migration().orElseThrow().enter(STOP);
        MemorySegment bitmap = Arena.ofAuto().allocate(PAGES / 8, 8);
        logging.report(IOVA, SIZE, PAGE, bitmap);
        for (int page = 0; page < PAGES; page++) {
            boolean dirty = ((bitmap.get(JAVA_LONG, (page / 64) * 8L) >>> (page % 64)) & 1) != 0;
            assertThat(dirty).as("page=%d", page).isEqualTo(page >= 16 && page < 48);
            assertThat(isWritten(page)).isEqualTo(dirty);
        }
        bitmap.fill((byte) 0);
        logging.report(IOVA, SIZE, PAGE, bitmap);
        assertThat(bitmap.get(JAVA_LONG, 0)).isZero();
    }

    @Test
    void shouldReportInLargerPagesAndInParts() {
        DmaLogging logging = device.dmaLogging().orElseThrow();
        logging.start(IOVA, SIZE, PAGE);
        device.mapDma(region);
        awaitWrites();
        device.migration().orElseThrow().enter(STOP);
        MemorySegment bitmap = Arena.ofAuto().allocate(8, 8);
        bitmap.set(JAVA_LONG, 0, 1L << 63);
        logging.report(IOVA + 32 * PAGE, 224 * PAGE, 8 * PAGE, bitmap);
        assertThat(bitmap.get(JAVA_LONG, 0)).isEqualTo((1L << 63) | 0b11);
        logging.report(IOVA, SIZE, 8 * PAGE, bitmap);
        assertThat(bitmap.get(JAVA_LONG, 0)).isEqualTo((1L << 63) | 0b1111);
        assertThatThrownBy(() -> logging.report(IOVA + 1, SIZE, PAGE, bitmap))
                .isInstanceOf(VfioException.class);
        assertThatThrownBy(() -> logging.report(IOVA, SIZE, PAGE, bitmap))
                .hasMessageContaining("bytes=8 needed=32");
        logging.stop();
        assertThatThrownBy(() -> logging.report(IOVA, SIZE, 8 * PAGE, bitmap))
                .hasMessageContaining("EINVAL");
    }

    @Test
    void shouldWriteNothingOnceItHasStopped() {
        device.mapDma(region);
        awaitWrites();
        device.migration().orElseThrow().enter(STOP);
        clear();
        for (int i = 0; i < 200; i++) {
            device.readRegister(0, 5, 1); // gives it time
        }
        assertThat(isWritten(16)).isFalse();
        device.migration().orElseThrow().enter(RUNNING);
        awaitWrites();
    }

    @Test
    void shouldWriteNothingOnceTheMemoryIsTakenAway() {
        device.mapDma(region);
        awaitWrites();
        device.unmapDma(region);
        clear();
        for (int i = 0; i < 200; i++) {
            device.readRegister(0, 5, 1); // gives it time
        }
        assertThat(isWritten(16)).isFalse();
        device.mapDma(region);
        awaitWrites();
    }

    /** A file that becomes shorter is a signal in the server, which must survive it. */
    @Test
    void shouldSurviveAFileThatShrinks() throws Exception {
        device.mapDma(region);
        awaitWrites();
        Files.write(directory.resolve("ram"), new byte[0]);
        for (int i = 0; i < 200; i++) {
            device.readRegister(0, 5, 1); // gives it time
        }
        assertThat(device.readRegister(7, 0, 2)).isEqualTo(0x4a56);
    }

    @Test
    void shouldRefuseMemoryBehindTheFilesEnd() {
        DmaRegion behind = new DmaRegion(IOVA, memory.segment(), file, 2 * PAGE);
        assertThatThrownBy(() -> device.mapDma(behind))
                .hasMessageContaining("VFIO_USER_DMA_MAP errno=EINVAL");
        device.mapDma(region);
        assertThatThrownBy(
                        () -> device.unmapDma(new DmaRegion(8 * PAGE, memory.segment(), file, 0)))
                .hasMessageContaining("errno=ENOENT");
    }
}
