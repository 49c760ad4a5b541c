package io.jvmm.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CpuStateTest {

    @Test
    void shouldHaveHiddenFlagsOfRealModeAtReset() {
        assertThat(new CpuState().hflags()).isEqualTo(0x40);
    }

    @Test
    void shouldComputeHiddenFlagsOfFlatProtectedMode() {
        CpuState cpu = new CpuState();
        cpu.cr0 = 0x11;
        for (SegmentState s : cpu.segs) {
            s.set(0x10, 0, -1, SegmentState.FLAT_DATA);
        }
        cpu.segs[CpuState.CS].set(8, 0, -1, SegmentState.FLAT_CODE);
        assertThat(cpu.hflags()).isEqualTo(1 << 4 | 1 << 5 | 1 << 7);
        cpu.segs[CpuState.DS].base = 0x1000;
        assertThat(cpu.hflags()).isEqualTo(1 << 4 | 1 << 5 | 1 << 6 | 1 << 7);
    }

    @Test
    void shouldComputeHiddenFlagsOfRingThreeInLongMode() {
        CpuState cpu = new CpuState();
        cpu.cr0 = 0x8000_0011L;
        cpu.cr4 = 0x620;
        cpu.efer = 0x500;
        cpu.rflags = 0x3002;
        cpu.segs[CpuState.CS].set(0x33, 0, -1, 0x00AFFB00);
        cpu.segs[CpuState.SS].set(0x2B, 0, -1, 0x00CFF300);
        int expected = 3 | 1 << 4 | 1 << 5 | 1 << 7 | 3 << 12 | 1 << 14 | 1 << 15 | 1 << 22;
        assertThat(cpu.hflags()).isEqualTo(expected);
    }

    @Test
    void shouldCopyAndResetEveryField() throws IllegalAccessException {
        CpuState filled = new CpuState();
        int next = 3;
        for (Field field : CpuState.class.getFields()) {
            next = fill(field, filled, next);
        }
        CpuState copy = new CpuState();
        copy.copyFrom(filled);
        assertThat(copy).usingRecursiveComparison().isEqualTo(filled);
        assertThat(copy).usingRecursiveComparison().isNotEqualTo(new CpuState());
        copy.reset();
        assertThat(copy).usingRecursiveComparison().isEqualTo(new CpuState());
    }

    /** Sets a field, or each element of an array, to a value of its own. */
    private static int fill(Field field, Object owner, int from) throws IllegalAccessException {
        if (Modifier.isStatic(field.getModifiers())) {
            return from;
        }
        switch (field.get(owner)) {
            case SegmentState segment -> fill(segment, from);
            case SegmentState[] segments -> {
                for (int i = 0; i < segments.length; i++) {
                    fill(segments[i], from + 10 * i);
                }
            }
            case long[] array -> Arrays.setAll(array, i -> from + i);
            case int[] array -> Arrays.setAll(array, i -> from + i);
            case Boolean _ -> field.setBoolean(owner, true);
            case Integer _ -> field.setInt(owner, from);
            case Long _ -> field.setLong(owner, from);
            case Object other -> throw new AssertionError("unknown type: " + other.getClass());
        }
        return from + 100;
    }

    private static void fill(SegmentState segment, int from) {
        segment.set(from, from + 1, from + 2, from + 3);
    }
}
