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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamReaderTest {
    private static final int PAGE = 4096;

    @Test
    void shouldReadIntegersBigEndian() {
        StreamReader in =
                MemorySource.readerOf("ff" + "ff45" + "ffffffff" + "f102030405060708" + "0372616d");

        assertThat(in.getU8()).isEqualTo(255);
        assertThat(in.getU16()).isEqualTo(0xFF45);
        assertThat(in.getU32()).isEqualTo(0xFFFFFFFFL);
        assertThat(in.getU64()).isEqualTo(0xF102030405060708L);
        assertThat(in.getCountedString()).isEqualTo("ram");
        assertThat(in.position()).isEqualTo(19);
        assertThat(in.atEnd()).isTrue();
    }

    @Test
    void shouldSayWhereTheStreamEnded() {
        StreamReader in = MemorySource.readerOf("01020304" + "0506");
        in.getU32();

        assertThatThrownBy(in::getU64)
                .isInstanceOfSatisfying(
                        StreamEndException.class, e -> assertThat(e.position()).isEqualTo(4))
                .hasMessageContaining("position=4");
        assertThat(in.getU16()).isEqualTo(0x0506);
    }

    @Test
    void shouldPeekWithoutUsingUp() {
        StreamReader in = MemorySource.readerOf("0506");

        assertThat(in.peekU8(1)).isEqualTo(6);
        assertThat(in.peekU8(0)).isEqualTo(5);
        assertThat(in.position()).isZero();
        assertThatThrownBy(() -> in.peekU8(2)).isInstanceOf(StreamEndException.class);
        assertThat(in.getU16()).isEqualTo(0x0506);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 4096, 100_000, Long.MAX_VALUE})
    void shouldReadTheSameHoweverTheBytesArrive(long atATime) {
        byte[] bytes = new byte[3_000_000];
        new Random(5).nextBytes(bytes);
        StreamReader in = new StreamReader(new MemorySource(bytes, atATime));
        MemorySegment into = Arena.ofAuto().allocate(bytes.length);
        long position = 0;
        int length = 1;
        while (position + length + 8 <= bytes.length) {
            into.set(ValueLayout.JAVA_BYTE, position, (byte) in.getU8());
            in.getBytes(into, position + 1, length);
            position += 1 + length;
            length = length * 3 % 700_001;
        }
        in.skip(2);
        into.set(ValueLayout.JAVA_BYTE, position + 2, (byte) in.getU8());

        assertThat(in.position()).isEqualTo(position + 3);
        byte[] read = into.asSlice(0, position).toArray(ValueLayout.JAVA_BYTE);
        assertThat(Arrays.mismatch(read, Arrays.copyOf(bytes, (int) position))).isEqualTo(-1);
        assertThat(into.get(ValueLayout.JAVA_BYTE, position + 2))
                .isEqualTo(bytes[(int) position + 2]);
    }

    @Test
    void shouldReadIntoTheHeapToo() {
        byte[] bytes = new byte[600_000];
        new Random(5).nextBytes(bytes);
        StreamReader in = new StreamReader(new MemorySource(bytes));

        assertThat(in.getBytes(600_000, 1_000_000)).isEqualTo(bytes);
    }

    @Test
    void shouldCheckALengthBeforeItAllocates() {
        StreamReader in = MemorySource.readerOf("00");

        assertThatThrownBy(() -> in.getBytes(0xFFFFFFFFL, 255))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("length=4294967295")
                .hasMessageContaining("limit=255")
                .hasMessageContaining("position=0");
        assertThatThrownBy(() -> in.getBytes(-1, 255))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("length=18446744073709551615");
    }

    @Test
    void shouldRefuseNamesThatAreNotPrintable() {
        StreamReader in = MemorySource.readerOf("03" + "721b6d");

        assertThatThrownBy(in::getCountedString)
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("byte=27")
                .hasMessageContaining("position=2");
    }

    @Test
    void shouldKeepToTheMemoryItWasGiven() {
        StreamReader in = MemorySource.readerOf("00".repeat(64));
        MemorySegment into = Arena.ofAuto().allocate(8);

        assertThatThrownBy(() -> in.getBytes(into, 4, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(in.position()).isZero();
    }

    @Test
    void shouldAllocateNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment page = Arena.ofAuto().allocate(PAGE);
        StreamReader in = new StreamReader((into, offset, length) -> length);
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            in.getU64();
            in.getBytes(page, 0, PAGE);
        }

        long perPage = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
        assertThat(perPage).isZero();
    }
}
