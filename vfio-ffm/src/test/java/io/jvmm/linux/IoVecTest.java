package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IoVecTest {
    private final MemorySegment text = Arena.ofAuto().allocateFrom("0123456789");
    private final IoVec pieces = new IoVec(3);
    private final List<Socket> pair = Socket.pair();

    @AfterEach
    void close() {
        pair.forEach(Socket::close);
    }

    @Test
    void shouldGatherPiecesInOrder() {
        pieces.add(text, 7, 3);
        pieces.add(text, 0, 2);
        assertThat(pieces.count()).isEqualTo(2);
        assertThat(pieces.byteSize()).isEqualTo(5);
        assertThat(sent()).isEqualTo("78901");
    }

    @Test
    void shouldSendOnlyWhatIsLeftAfterAnAdvance() {
        pieces.add(text, 0, 4);
        pieces.add(text, 4, 4);
        pieces.advance(1);
        assertThat(pieces.count()).isEqualTo(2);
        pieces.advance(5);
        assertThat(pieces.count()).isEqualTo(1);
        assertThat(pieces.byteSize()).isEqualTo(2);
        assertThat(sent()).isEqualTo("67");
        pieces.advance(2);
        assertThat(pieces.count()).isZero();
    }

    @Test
    void shouldDropEmptyPiecesWithTheBytesBeforeThem() {
        pieces.add(text, 0, 4);
        pieces.add(text, 4, 0);
        pieces.advance(4);
        assertThat(pieces.count()).isZero();
    }

    @Test
    void shouldScatterWhatItReads() {
        MemorySegment into = Arena.ofAuto().allocate(6);
        pieces.add(into, 4, 2);
        pieces.add(into, 0, 4);
        pair.get(1).fd().write(text, 0, 6);
        assertThat(pair.get(0).fd().readv(pieces)).isEqualTo(6);
        assertThat(string(into, 6)).isEqualTo("234501");
    }

    @Test
    void shouldBeUsableAgainAfterClear() {
        pieces.add(text, 0, 4);
        pieces.advance(4);
        pieces.clear();
        for (int i = 0; i < 3; i++) {
            pieces.add(text, i, 1);
        }
        assertThat(pieces.isFull()).isTrue();
        assertThat(sent()).isEqualTo("012");
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThatThrownBy(() -> pieces.add(text, 8, 4))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> pieces.add(MemorySegment.ofArray(new byte[1]), 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(pieces.count()).isZero();
        pieces.add(text, 0, 1);
        assertThatThrownBy(() -> pieces.advance(2)).isInstanceOf(IllegalArgumentException.class);
        pieces.add(text, 0, 1);
        pieces.add(text, 0, 1);
        assertThatThrownBy(() -> pieces.add(text, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new IoVec(1025)).isInstanceOf(IllegalArgumentException.class);
    }

    private String sent() {
        long length = pair.get(0).fd().writev(pieces);
        MemorySegment received = Arena.ofAuto().allocate(16);
        assertThat(pair.get(1).fd().read(received)).isEqualTo(length);
        return string(received, length);
    }

    private static String string(MemorySegment memory, long length) {
        return new String(memory.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
