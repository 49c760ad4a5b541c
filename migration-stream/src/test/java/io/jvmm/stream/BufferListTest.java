package io.jvmm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class BufferListTest {
    private final MemorySegment one = Arena.ofAuto().allocate(100);
    private final MemorySegment two = Arena.ofAuto().allocate(100);

    @Test
    void shouldHoldPiecesInOrder() {
        BufferList list = new BufferList(2);
        list.add(one, 10, 20);
        list.add(two, 0, 100);

        assertThat(list.count()).isEqualTo(2);
        assertThat(list.isFull()).isTrue();
        assertThat(list.byteSize()).isEqualTo(120);
        assertThat(list.segment(1)).isEqualTo(two);
        assertThat(list.offset(0)).isEqualTo(10);
        assertThat(list.length(0)).isEqualTo(20);
    }

    @Test
    void shouldJoinAPieceThatContinuesTheLast() {
        BufferList list = new BufferList(1);
        list.add(one, 10, 20);
        list.add(one, 30, 5);

        assertThat(list.count()).isEqualTo(1);
        assertThat(list.length(0)).isEqualTo(25);
    }

    @Test
    void shouldLeaveOutEmptyPieces() {
        BufferList list = new BufferList(1);
        list.add(one, 100, 0);

        assertThat(list.count()).isZero();
    }

    @Test
    void shouldConsumeAcrossPieces() {
        BufferList list = new BufferList(3);
        list.add(one, 0, 10);
        list.add(two, 0, 10);
        list.add(one, 50, 10);

        list.consume(10);
        list.consume(13);

        assertThat(list.count()).isEqualTo(1);
        assertThat(list.offset(0)).isEqualTo(53);
        assertThat(list.byteSize()).isEqualTo(7);
    }

    @Test
    void shouldBeEmptyAndReusableOnceAllIsConsumed() {
        BufferList list = new BufferList(1);
        list.add(one, 0, 10);
        list.consume(10);

        assertThat(list.count()).isZero();
        assertThat(list.room()).isEqualTo(1);
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        BufferList list = new BufferList(1);
        list.add(one, 0, 10);

        assertThatThrownBy(() -> list.add(two, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> list.add(one, 90, 11))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> list.consume(11)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.length(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
