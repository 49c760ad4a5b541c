package io.jvmm.vfio.check;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes come back as they were, across blocks. */
class StateImageTest {
    private static final int SIZE = (2 << 20) + 12345;

    @Test
    void shouldGiveTheBytesBack() {
        byte[] bytes = bytes();
        try (StateImage image = new StateImage()) {
            append(image, bytes, 999_983);
            byte[] copy = new byte[700_001];
            MemorySegment into = MemorySegment.ofArray(copy);
            image.copy(1_000_000, into, copy.length);
            assertThat(image.size()).isEqualTo(SIZE);
            assertThat(copy).isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 1_700_001));
        }
    }

    @Test
    void shouldFindADifference() {
        byte[] bytes = bytes();
        try (StateImage image = new StateImage()) {
            append(image, bytes, 4096);
            MemorySegment other = MemorySegment.ofArray(bytes);
            assertThat(image.matches(0, other, SIZE)).isTrue();
            assertThat(image.matches(1, other, SIZE)).isFalse();
            other.set(JAVA_BYTE, SIZE - 1, (byte) ~bytes[SIZE - 1]);
            assertThat(image.matches(0, other, SIZE)).isFalse();
            assertThat(image.matches(0, other, SIZE - 1)).isTrue();
        }
    }

    private static void append(StateImage image, byte[] bytes, int piece) {
        for (int at = 0; at < bytes.length; at += piece) {
            int length = Math.min(piece, bytes.length - at);
            image.append(MemorySegment.ofArray(bytes).asSlice(at, length), length);
        }
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[SIZE];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
