package io.jvmm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
    private static final int PAGE = 4096;

    private final MemorySink sink = new MemorySink();
    private final StreamWriter out = new StreamWriter(sink);

    @Test
    void shouldWriteIntegersBigEndian() {
        out.putU8(0x1FF);
        out.putU16(0x12345);
        out.putU32(0xFFFFFFFFL);
        out.putU64(0x0102030405060708L);
        out.putCountedString("ram");
        out.flush();

        assertThat(sink.hex())
                .isEqualTo("ff" + "2345" + "ffffffff" + "0102030405060708" + "0372616d");
        assertThat(out.position()).isEqualTo(19);
    }

    @Test
    void shouldWriteNothingBeforeFlush() {
        out.putU64(1);

        assertThat(sink.writes()).isZero();
        assertThat(out.position()).isEqualTo(8);
    }

    @Test
    void shouldRefuseNamesThatCannotBeOnTheWire() {
        assertThatThrownBy(() -> out.putCountedString("x".repeat(256)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> out.putCountedString("r\u00e4m"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(out.position()).isZero();
    }

    @Test
    void shouldGather64PagesInOneWrite() {
        MemorySegment ram = randomMemory(64 * PAGE);
        putPages(ram);
        out.flush();

        assertThat(sink.writes()).isEqualTo(1);
        assertThat(sink.largestWrite()).isEqualTo(128);
        assertThat(sink.toByteArray()).isEqualTo(pagesAsBytes(ram));
    }

    @Test
    void shouldWriteByItselfWhenTheListIsFull() {
        MemorySegment ram = randomMemory(1000 * PAGE);
        putPages(ram);
        out.flush();

        assertThat(sink.writes()).isEqualTo(16);
        assertThat(sink.toByteArray()).isEqualTo(pagesAsBytes(ram));
    }

    @Test
    void shouldTakeReferencedBytesAtFlush() {
        MemorySegment memory = Arena.ofAuto().allocate(8);
        out.putReference(memory, 0, 8);
        memory.fill((byte) 7);
        out.flush();

        assertThat(sink.hex()).isEqualTo("07".repeat(8));
    }

    @Test
    void shouldCopyBytesAtOnceHoweverMany() {
        byte[] bytes = new byte[300_001];
        new Random(1).nextBytes(bytes);
        byte[] original = bytes.clone();
        out.putU8(9);
        out.putBytes(MemorySegment.ofArray(bytes), 1, 200_000);
        out.putBytes(bytes);
        Arrays.fill(bytes, (byte) 0);
        out.flush();

        byte[] sent = sink.toByteArray();
        assertThat(sent).hasSize(500_002);
        assertThat(Arrays.copyOfRange(sent, 1, 200_001))
                .isEqualTo(Arrays.copyOfRange(original, 1, 200_001));
    }

    @Test
    void shouldRefuseToReferenceTheHeap() {
        assertThatThrownBy(() -> out.putReference(MemorySegment.ofArray(new byte[8]), 0, 8))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGoOnWhereAnInterruptedWriteStopped() {
        MemorySegment ram = randomMemory(100 * PAGE);
        for (long stop = 1; stop < 70L * PAGE; stop += 3001) {
            MemorySink interrupted = new MemorySink();
            StreamWriter writer = new StreamWriter(interrupted);
            interrupted.interruptAfter(stop);
            int page = 0;
            while (page < 100) {
                page = putUntilInterrupted(writer, ram, page);
                interrupted.interruptAfter(Long.MAX_VALUE);
            }
            writer.flush();

            assertThat(interrupted.toByteArray()).isEqualTo(pagesAsBytes(ram));
            assertThat(writer.position()).isEqualTo(100L * (PAGE + 8));
        }
    }

    @Test
    void shouldAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment ram = Arena.ofAuto().allocate(64 * PAGE);
        StreamWriter writer = new StreamWriter(BufferList::clear);
        long before = 0;
        for (int round = 0; round < 300; round++) {
            if (round == 200) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            for (int page = 0; page < 64; page++) {
                writer.putU64((long) page * PAGE);
                writer.putCountedString("microvm.ram");
                writer.putReference(ram, (long) page * PAGE, PAGE);
            }
            writer.flush();
        }

        long perPage = (threads.getCurrentThreadAllocatedBytes() - before) / (100 * 64);
        assertThat(perPage).isZero();
    }

    private static int putUntilInterrupted(StreamWriter writer, MemorySegment ram, int from) {
        int page = from;
        while (page < 100) {
            try {
                long start = (long) page * (PAGE + 8);
                if (writer.position() == start) {
                    writer.putU64(page);
                }
                writer.putReference(ram, (long) page * PAGE, PAGE);
                page++;
            } catch (StreamInterruptedException e) {
                return page;
            }
        }
        try {
            writer.flush();
        } catch (StreamInterruptedException e) {
            return page;
        }
        return page;
    }

    private void putPages(MemorySegment ram) {
        for (int page = 0; page < ram.byteSize() / PAGE; page++) {
            out.putU64(page);
            out.putReference(ram, (long) page * PAGE, PAGE);
        }
    }

    private static byte[] pagesAsBytes(MemorySegment ram) {
        int pages = (int) (ram.byteSize() / PAGE);
        MemorySegment all = MemorySegment.ofArray(new byte[pages * (PAGE + 8)]);
        for (int page = 0; page < pages; page++) {
            long start = (long) page * (PAGE + 8);
            all.set(ValueLayout.JAVA_BYTE, start + 7, (byte) page);
            all.set(ValueLayout.JAVA_BYTE, start + 6, (byte) (page >> 8));
            MemorySegment.copy(ram, (long) page * PAGE, all, start + 8, PAGE);
        }
        return all.toArray(ValueLayout.JAVA_BYTE);
    }

    private static MemorySegment randomMemory(int size) {
        byte[] bytes = new byte[size];
        new Random(42).nextBytes(bytes);
        return Arena.ofAuto().allocate(size).copyFrom(MemorySegment.ofArray(bytes));
    }
}
