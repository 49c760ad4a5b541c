package io.jvmm.vfio.user;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DmaMessages.DmaAccess;
import io.jvmm.vfio.user.wire.MessageReader;
import io.jvmm.vfio.user.wire.MessageWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server reads and writes the client's memory by messages over the twin socket. */
class ServerDmaTest {
    private static final long IOVA = 0x100000;
    private static final int SIZE = 16 * 4096;

    @TempDir Path directory;

    private ScriptedServer server;
    private VfioUserDevice device;
    private Fd file;
    private Mapping memory;
    private DmaRegion region;
    private MessageReader reader;
    private MessageWriter writer;

    @BeforeEach
    void connect() throws Exception {
        Path path = directory.resolve("s");
        String twin = "{\"capabilities\":{\"twin_socket\":{\"supported\":true,\"fd_index\":0}}}";
        server =
                new ScriptedServer(path)
                        .on(
                                Command.VERSION,
                                each -> each.version(twin, List.of(each.clientsTwin())))
                        .on(Command.DMA_MAP, each -> each.send(0))
                        .on(Command.DEVICE_FEATURE, ServerDmaTest::answer)
                        .start();
        device = VfioUserDevice.connect(path);
        Path ram = Files.write(directory.resolve("ram"), new byte[SIZE]);
        file = Fd.open(ram.toString(), Fd.READ_WRITE);
        memory = Mapping.of(file, 0, SIZE);
        region = new DmaRegion(IOVA, memory.segment(), file, 0);
        device.mapDma(region);
        reader = new MessageReader(server.twin(), Arena.ofAuto(), 1 << 20, 1 << 20);
        writer = new MessageWriter(server.twin(), Arena.ofAuto(), 1 << 20);
    }

    /** A report without a bit, and whatever else as it came. */
    private static void answer(ScriptedServer server) {
        int argsz = server.request().get(JAVA_INT, 0);
        server.payload().asSlice(0, argsz).fill((byte) 0);
        server.send(argsz);
    }

    @AfterEach
    void close() throws Exception {
        device.close();
        server.close();
        memory.close();
        file.close();
    }

    private boolean write(long address, int count, int value) {
        writer.command(1, Command.DMA_WRITE);
        new DmaAccess(writer.payload()).set(address, count);
        writer.payload().asSlice(DmaAccess.SIZE, count).fill((byte) value);
        writer.send(DmaAccess.SIZE + count);
        return answered(DmaAccess.SIZE);
    }

    private boolean read(long address, long count) {
        writer.command(2, Command.DMA_READ);
        new DmaAccess(writer.payload()).set(address, count);
        writer.send(DmaAccess.SIZE);
        return answered(DmaAccess.SIZE + count);
    }

    private boolean answered(long length) {
        assertThat(reader.next()).isTrue();
        reader.receiveAll();
        if (reader.header().isError()) {
            return false;
        }
        assertThat(reader.received()).isEqualTo(length);
        return true;
    }

    @Test
    void shouldReachTheMappedMemory() {
        assertThat(write(IOVA + 100, 4000, 7)).isTrue();
        assertThat(memory.segment().get(JAVA_BYTE, 99)).isZero();
        assertThat(memory.segment().asSlice(100, 4000).toArray(JAVA_BYTE)).containsOnly(7);
        assertThat(read(IOVA + 98, 4)).isTrue();
        assertThat(reader.payload().asSlice(DmaAccess.SIZE, 4).toArray(JAVA_BYTE))
                .containsExactly(0, 0, 7, 7);
        assertThat(write(IOVA, SIZE, 9)).isTrue();
        assertThat(memory.segment().get(JAVA_BYTE, SIZE - 1)).isEqualTo((byte) 9);
    }

    @Test
    void shouldReachNothingElse() {
        assertThat(write(IOVA - 1, 2, 1)).isFalse();
        assertThat(write(IOVA + SIZE - 1, 2, 1)).isFalse();
        assertThat(write(0, 1, 1)).isFalse();
        assertThat(read(IOVA, SIZE + 1)).isFalse();
        assertThat(read(IOVA, -1)).isFalse();
        assertThat(read(-8, 16)).isFalse();
        assertThat(read(Long.MAX_VALUE, 8)).isFalse();
        device.unmapDma(region);
        assertThat(read(IOVA, 8)).isFalse();
    }

    @Test
    void shouldRefuseOtherCommands() {
        writer.command(3, Command.DEVICE_RESET);
        writer.send(100);
        assertThat(answered(0)).isFalse();
        assertThat(read(IOVA, 1)).isTrue();
    }

    /** The server cannot log what the client does for it. */
    @Test
    void shouldReportWhatMessagesHaveWritten() {
        DmaLogging logging = device.dmaLogging().orElseThrow();
        write(IOVA, 1, 1);
        logging.start(IOVA, SIZE, 4096);
        write(IOVA + 4095, 2, 1);
        write(IOVA + 5 * 4096, 4096, 1);
        MemorySegment bitmap = Arena.ofAuto().allocate(8, 8);
        logging.report(IOVA, SIZE, 4096, bitmap);
        assertThat(bitmap.get(JAVA_LONG, 0)).isEqualTo(0b100011);
        bitmap.fill((byte) 0);
        logging.report(IOVA, SIZE, 4096, bitmap);
        assertThat(bitmap.get(JAVA_LONG, 0)).isZero();
        logging.stop();
    }

    @Test
    void shouldRefuseRegionsThatOverlap() {
        assertThatThrownBy(() -> device.mapDma(region)).hasMessageContaining("iova=0x100000");
    }
}
