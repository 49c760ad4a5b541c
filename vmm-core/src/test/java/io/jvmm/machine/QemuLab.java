package io.jvmm.machine;

import io.jvmm.savevm.ram.RamBlock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The machines of one test, real QEMUs and ours, all {@code -machine none} with 64 MiB. A QEMU's
 * RAM is a file that the test sees. Whatever was made here ends with {@link #close}.
 */
final class QemuLab implements AutoCloseable {
    static final long RAM = 64 << 20;
    private static final byte JUNK = (byte) 0xa5;

    private final Path directory;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final Arena arena = Arena.ofShared();
    private int made;

    QemuLab(Path directory) {
        this.directory = directory;
    }

    /** A QEMU, its RAM and where it lives. */
    record Machine(QemuProcess process, MemorySegment ram, Path directory) {}

    /** One of our machines, running, with the pattern in its RAM. */
    WatchedMachine jvmmSource() {
        WatchedMachine machine = open(WatchedMachine.running(RAM));
        fillWithPattern(machine.vm().memory().segment());
        return machine;
    }

    /** One of our machines, waiting, with junk in its RAM. */
    WatchedMachine jvmmDestination() {
        WatchedMachine machine = open(WatchedMachine.waiting(RAM));
        machine.vm().memory().segment().fill(JUNK);
        return machine;
    }

    /** A QEMU that runs, with the pattern in its RAM. */
    Machine qemuSource() {
        Machine machine = qemu(List.of());
        fillWithPattern(machine.ram());
        return machine;
    }

    /** A QEMU that waits for a guest, with junk in its RAM. */
    Machine qemuDestination(String uri) {
        Machine machine = qemu(List.of("-incoming", uri));
        machine.ram().fill(JUNK);
        return machine;
    }

    /** Any QEMU. */
    QemuProcess anyQemu(String... arguments) {
        return open(QemuProcess.start(newDirectory(), List.of(arguments)));
    }

    RecordingProxy proxy(int port, RecordingProxy.Tap down, RecordingProxy.Tap up) {
        RecordingProxy proxy = new RecordingProxy(port, record(), down, up);
        closers.push(proxy::close);
        return proxy;
    }

    /** Where the proxy writes what the source sends. */
    Path record() {
        return directory.resolve("stream");
    }

    /** A path for a unix socket. */
    Path socket() {
        return directory.resolve("migration");
    }

    @Override
    public void close() {
        try {
            while (!closers.isEmpty()) {
                closers.pop().run();
            }
        } finally {
            arena.close();
        }
    }

    private Machine qemu(List<String> arguments) {
        Path home = newDirectory();
        Path memory = home.resolve("ram");
        MemorySegment ram = map(memory);
        QemuProcess process = QemuProcess.start(home, concat(backedBy(memory), arguments));
        return new Machine(open(process), ram, home);
    }

    private static List<String> backedBy(Path memory) {
        return List.of(
                "-object",
                "memory-backend-file,id=ram,size=64M,share=on,mem-path=" + memory,
                "-machine",
                "none,memory-backend=ram",
                "-m",
                "64M");
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private MemorySegment map(Path file) {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, RAM, arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newDirectory() {
        try {
            return Files.createDirectory(directory.resolve("qemu-" + made++));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private QemuProcess open(QemuProcess qemu) {
        closers.push(qemu::close);
        return qemu;
    }

    private WatchedMachine open(WatchedMachine machine) {
        closers.push(machine::close);
        return machine;
    }

    /** Bytes that no two pages share, and every third page zero. */
    private static void fillWithPattern(MemorySegment ram) {
        SplittableRandom random = new SplittableRandom(2);
        for (long i = 0; i < ram.byteSize(); i += Long.BYTES) {
            boolean zero = i / RamBlock.PAGE_SIZE % 3 == 0;
            ram.set(ValueLayout.JAVA_LONG, i, zero ? 0 : random.nextLong());
        }
    }
}
