package io.jvmm.savevm.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirtyBitmapTest {
    @Test
    void shouldStartClean() {
        DirtyBitmap bitmap = new DirtyBitmap(100);
        assertThat(bitmap.count()).isZero();
        assertThat(bitmap.nextSet(0)).isEqualTo(-1);
    }

    @Test
    void shouldSetExactlyItsPages() {
        for (long pages : new long[] {1, 63, 64, 65, 128}) {
            DirtyBitmap bitmap = new DirtyBitmap(pages);
            bitmap.setAll();
            assertThat(bitmap.count()).isEqualTo(pages);
            for (long page = 0; page < pages; page++) {
                assertThat(bitmap.nextSet(page)).isEqualTo(page);
                assertThat(bitmap.testAndClear(page)).isTrue();
                assertThat(bitmap.testAndClear(page)).isFalse();
            }
            assertThat(bitmap.count()).isZero();
            assertThat(bitmap.nextSet(0)).isEqualTo(-1);
            assertThat(bitmap.nextSet(pages)).isEqualTo(-1);
        }
    }

    @Test
    void shouldIgnoreBitsBehindTheLastPage() {
        DirtyBitmap bitmap = new DirtyBitmap(70);
        bitmap.orWord(1, -1);
        assertThat(bitmap.count()).isEqualTo(6);
        bitmap.orWord(1, 1);
        assertThat(bitmap.count()).isEqualTo(6);
    }

    @Test
    void shouldRefusePagesOutOfRange() {
        DirtyBitmap bitmap = new DirtyBitmap(70);
        assertThatThrownBy(() -> bitmap.set(70)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bitmap.testAndClear(-1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new DirtyBitmap(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldAgreeWithABitSet() {
        Random random = new Random(20);
        DirtyBitmap bitmap = new DirtyBitmap(1000);
        BitSet model = new BitSet(1000);
        for (int step = 0; step < 20_000; step++) {
            int page = random.nextInt(1000);
            switch (random.nextInt(4)) {
                case 0 -> {
                    bitmap.set(page);
                    model.set(page);
                }
                case 1 -> {
                    assertThat(bitmap.testAndClear(page)).isEqualTo(model.get(page));
                    model.clear(page);
                }
                case 2 -> assertThat(bitmap.nextSet(page)).isEqualTo(model.nextSetBit(page));
                default -> assertThat(bitmap.count()).isEqualTo(model.cardinality());
            }
        }
    }
}
