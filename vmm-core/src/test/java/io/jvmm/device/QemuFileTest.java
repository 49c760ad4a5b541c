package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.savevm.LoadListener;
import io.jvmm.savevm.SavePhases;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.StateLoader;
import io.jvmm.savevm.StateSaver;
import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.savevm.ram.RamHandlers;
import io.jvmm.savevm.ram.RamHash;
import io.jvmm.stream.ByteSink;
import io.jvmm.stream.ByteSource;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.CapabilityRules;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with a whole VM, exchanged with a real QEMU. */
class QemuFileTest {
    private static final long SIZE = 8 << 20;
    private static final Configuration NONE = Configuration.ofMachine("none");

    @TempDir Path folder;

    private final RamBlock ram =
            new RamBlock("ram", Arena.ofAuto().allocate(SIZE, RamBlock.PAGE_SIZE));
    private final TimerState timer = new TimerState();
    private final GlobalState global = new GlobalState();
    private final SaveVmRegistry registry = new SaveVmRegistry();

    QemuFileTest() {
        DirtyLog nothingRuns =
                new DirtyLog() {
                    @Override
                    public void start() {}

                    @Override
                    public void sync(RamBlock block, DirtyBitmap into) {}

                    @Override
                    public void stop() {}
                };
        NanoClock clock = NanoClock.system();
        registry.register(
                new RamHandlers(() -> List.of(ram), nothingRuns, new RateLimit(clock), clock));
        registry.register(0, TimerState.DESCRIPTION, timer);
        registry.register(0, GlobalState.DESCRIPTION, global);
    }

    @BeforeAll
    static void requireQemu() {
        assumeTrue(QemuPeer.isInstalled(), "qemu-system-x86_64 is not on the PATH");
    }

    @Test
    void shouldLoadWhatQemuHasWritten() throws IOException {
        Path memory = folder.resolve("memory");
        Path stream = folder.resolve("stream");
        RamBlock pattern = new RamBlock("ram", Arena.ofAuto().allocate(SIZE, RamBlock.PAGE_SIZE));
        fillPattern(pattern);
        writeFile(memory, pattern.memory());
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
        ram.memory().fill((byte) 0xA5);
        try (FileChannel file = FileChannel.open(stream)) {
            StreamReader in = new StreamReader(source(file));
            new StateLoader(in, registry, NONE, noCapabilities(), ignoringListener()).load();
            assertThat(in.atEnd()).isTrue();
        }
        assertThat(RamHash.of(ram)).isEqualTo(RamHash.of(pattern));
        assertThat(ram.memory().mismatch(pattern.memory())).isEqualTo(-1);
        assertThat(global.runState()).isEqualTo("prelaunch");
    }

    @Test
    void shouldWriteWhatQemuLoads() throws IOException {
        Path stream = folder.resolve("stream");
        Path memory = folder.resolve("memory");
        fillPattern(ram);
        global.set("paused");
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
            assertThat(there.mismatch(ram.memory())).isEqualTo(-1);
        }
    }

    private void writeStream(Path path) throws IOException {
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            StateSaver saver = new StateSaver(new StreamWriter(sink(file)), registry, NONE);
            saver.writeHeader();
            saver.setup();
            saver.prepare();
            while (!saver.iterate()) {}
            saver.finalSync();
            saver.completeIterables(ignoringPhases());
            saver.saveDevices(ignoringPhases());
            saver.finish();
            saver.cleanup();
        }
    }

    /** Random pages, and every third one zero. */
    private static void fillPattern(RamBlock block) {
        Random random = new Random(2);
        for (long page = 0; page < block.pages(); page++) {
            for (long i = 0; page % 3 != 0 && i < RamBlock.PAGE_SIZE; i += Long.BYTES) {
                block.memory()
                        .set(
                                ValueLayout.JAVA_LONG,
                                page * RamBlock.PAGE_SIZE + i,
                                random.nextLong());
            }
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

    private static CapabilityRules noCapabilities() {
        return new CapabilityRules(Set.of(), Set.of());
    }

    private static SavePhases ignoringPhases() {
        return new SavePhases() {
            @Override
            public void enter(String section) {}

            @Override
            public void leave() {}
        };
    }

    private static LoadListener ignoringListener() {
        return new LoadListener() {
            @Override
            public void command(VmCommand command) {}

            @Override
            public void sectionLoading(String name, int instanceId, SectionType type) {}

            @Override
            public void sectionLoaded(String name, int instanceId, SectionType type) {}

            @Override
            public void endOfStream() {}
        };
    }
}
