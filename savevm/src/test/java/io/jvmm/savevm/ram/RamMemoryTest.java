package io.jvmm.savevm.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RamMemoryTest {
    private static MemorySegment pages(int count) {
        return Arena.ofAuto().allocate((long) count * RamBlock.PAGE_SIZE, RamBlock.PAGE_SIZE);
    }

    @Test
    void shouldFindOneByteAnywhereInAPage() {
        MemorySegment memory = pages(3);
        assertThat(ZeroPage.isZero(memory, RamBlock.PAGE_SIZE)).isTrue();
        for (int i = 0; i < RamBlock.PAGE_SIZE; i++) {
            memory.set(ValueLayout.JAVA_BYTE, RamBlock.PAGE_SIZE + i, (byte) 0x80);
            assertThat(ZeroPage.isZero(memory, RamBlock.PAGE_SIZE)).as("byte %d", i).isFalse();
            memory.set(ValueLayout.JAVA_BYTE, RamBlock.PAGE_SIZE + i, (byte) 0);
        }
    }

    @Test
    void shouldNotLookBeyondThePage() {
        MemorySegment memory = pages(3);
        memory.fill((byte) 1);
        memory.asSlice(RamBlock.PAGE_SIZE, RamBlock.PAGE_SIZE).fill((byte) 0);
        assertThat(ZeroPage.isZero(memory, RamBlock.PAGE_SIZE)).isTrue();
    }

    @Test
    void shouldHashAsXxh64Does() {
        MemorySegment memory = pages(2);
        assertThat(RamHash.of(new RamBlock("ram", memory.asSlice(0, 4096))))
                .isEqualTo(0xac86_9b6f_32d8_bbdbL);
        for (int i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 7 + 3));
        }
        assertThat(RamHash.of(new RamBlock("ram", memory))).isEqualTo(0x0e3c_9ae9_1837_5a86L);
    }

    @Test
    void shouldRefuseMemoryThatIsNotWholeNativePages() {
        MemorySegment memory = pages(2);
        assertThatThrownBy(() -> new RamBlock("ram", memory.asSlice(0, 100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name=ram")
                .hasMessageContaining("length=100");
        assertThatThrownBy(() -> new RamBlock("ram", memory.asSlice(8, 4096)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RamBlock("ram", MemorySegment.ofArray(new byte[4096])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RamBlock("", memory))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RamBlock("r".repeat(128), memory))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
