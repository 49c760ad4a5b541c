package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.savevm.StateSaver;
import io.jvmm.savevm.ram.RamHash;
import io.jvmm.stream.ByteSink;
import io.jvmm.stream.ByteSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with a whole VM, exchanged with a real QEMU. */
class QemuFileTest {
    private static final long SIZE = 8 << 20;

    @TempDir Path folder;

    private final TestMachine machine = new TestMachine(SIZE);

    @BeforeAll
    static void requireQemu() {
        assumeTrue(QemuPeer.isInstalled(), "qemu-system-x86_64 is not on the PATH");
    }

    @Test
    void shouldLoadWhatQemuHasWritten() throws IOException {
        Path memory = folder.resolve("memory");
        Path stream = folder.resolve("stream");
        TestMachine pattern = new TestMachine(SIZE);
        pattern.fillPattern();
        writeFile(memory, pattern.ram.memory());
        try (QemuPeer qemu =
                QemuPeer.start(
                        "-S",
                        "-object",
                        "memory-backend-file,id=ram,size=8M,share=on,mem-path=" + memory,
                        "-machine",
                        "none,memory-backend=ram")) {
            qemu.execute(
                    "{\"execute\": \"migrate\", \"arguments\": {\"uri\": \"exec:cat > %s\"}}"
                            .formatted(stream));
            assertThat(qemu.executeUntil("{\"execute\": \"query-migrate\"}", "completed", "failed"))
                    .contains("completed");
        }
        machine.ram.memory().fill((byte) 0xA5);
        try (FileChannel file = FileChannel.open(stream)) {
            machine.load(source(file), new TestMachine.SilentListener());
        }
        assertThat(RamHash.of(machine.ram)).isEqualTo(RamHash.of(pattern.ram));
        assertThat(machine.ram.memory().mismatch(pattern.ram.memory())).isEqualTo(-1);
        assertThat(machine.global.runState()).isEqualTo("prelaunch");
    }

    @Test
    void shouldWriteWhatQemuLoads() throws IOException {
        Path stream = folder.resolve("stream");
        Path memory = folder.resolve("memory");
        machine.fillPattern();
        machine.global.set("paused");
        writeStream(stream);
        try (QemuPeer qemu =
                QemuPeer.start("-m", "8M", "-machine", "none", "-incoming", "exec:cat " + stream)) {
            assertThat(
                            qemu.executeUntil(
                                    "{\"execute\": \"query-status\"}",
                                    "paused",
                                    "\"running\": true"))
                    .contains("paused");
            qemu.execute(
                    """
                    {"execute": "pmemsave", "arguments": \
                    {"val": 0, "size": %d, "filename": "%s"}}\
                    """
                            .formatted(SIZE, memory));
        }
        try (FileChannel file = FileChannel.open(memory);
                Arena arena = Arena.ofConfined()) {
            MemorySegment there = file.map(FileChannel.MapMode.READ_ONLY, 0, SIZE, arena);
            assertThat(there.mismatch(machine.ram.memory())).isEqualTo(-1);
        }
    }

    private void writeStream(Path path) throws IOException {
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            StateSaver saver = machine.startSaving(sink(file));
            TestMachine.finishSaving(saver);
            saver.cleanup();
        }
    }

    private static void writeFile(Path path, MemorySegment memory) throws IOException {
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(memory.asByteBuffer());
        }
    }

    private static ByteSource source(FileChannel file) {
        return (into, offset, length) -> {
            try {
                return file.read(into.asSlice(offset, length).asByteBuffer());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static ByteSink sink(FileChannel file) {
        return buffers -> {
            try {
                for (int i = 0; i < buffers.count(); i++) {
                    file.write(
                            buffers.segment(i)
                                    .asSlice(buffers.offset(i), buffers.length(i))
                                    .asByteBuffer());
                }
                buffers.consume(buffers.byteSize());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
