package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Allocation;
import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Registers through a file that checks nothing. */
class RegionAccessTest {
    private static final byte[] CONTENT = {1, 2, 3, 4, 5, 6, 7, -8};

    private final FakeFile file = new FakeFile(3);
    private final RegionAccess access = new RegionAccess(file, "device=fake");
    private final RegionInfo bar = new RegionInfo(1, 8, 1L << 40, true, true, List.of());
    private final List<String> accesses = new ArrayList<>();

    RegionAccessTest() {
        file.readerAt =
                (memory, length, position) -> {
                    MemorySegment.copy(
                            CONTENT,
                            (int) (position - bar.offset()),
                            memory,
                            JAVA_BYTE,
                            0,
                            (int) length);
                    return length;
                };
        file.writerAt =
                (memory, length, position) -> {
                    byte[] bytes = memory.asSlice(0, length).toArray(JAVA_BYTE);
                    accesses.add((position - bar.offset()) + Arrays.toString(bytes));
                    return length;
                };
    }

    @Test
    void shouldReadLittleEndianAndExtendWithZeros() {
        assertThat(access.read(bar, 7, 1)).isEqualTo(0xf8);
        assertThat(access.read(bar, 6, 2)).isEqualTo(0xf807);
        assertThat(access.read(bar, 4, 4)).isEqualTo(0xf8070605L);
        assertThat(access.read(bar, 0, 8)).isEqualTo(0xf807060504030201L);
        assertThat(access.read(bar, 0, 1)).isEqualTo(1);
    }

    @Test
    void shouldWriteLittleEndian() {
        access.write(bar, 7, 1, 0x1234);
        access.write(bar, 0, 4, 0x04030201);
        assertThat(accesses).containsExactly("7[52]", "0[1, 2, 3, 4]");
    }

    @Test
    void shouldKeepAccessesInsideTheRegion() {
        for (long[] at : new long[][] {{8, 1}, {7, 2}, {1, 8}, {-1, 1}, {Long.MAX_VALUE, 1}}) {
            assertThatThrownBy(() -> access.read(bar, at[0], (int) at[1]))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("region=1 size=8 offset=" + at[0]);
            assertThatThrownBy(() -> access.write(bar, at[0], (int) at[1], 0))
                    .isInstanceOf(VfioException.class);
        }
        RegionInfo absent = new RegionInfo(2, 0, 2L << 40, true, true, List.of());
        assertThatThrownBy(() -> access.read(absent, 0, 1)).isInstanceOf(VfioException.class);
        assertThat(accesses).isEmpty();
    }

    @Test
    void shouldRefuseSizesThatNoRegisterHas() {
        for (int size : new int[] {-1, 0, 3, 16, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> access.read(bar, 0, size))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("size=" + size);
        }
    }

    @Test
    void shouldRefuseWhatTheRegionRefuses() {
        RegionInfo readOnly = new RegionInfo(1, 8, 1L << 40, true, false, List.of());
        RegionInfo writeOnly = new RegionInfo(1, 8, 1L << 40, false, true, List.of());
        assertThat(access.read(readOnly, 0, 1)).isEqualTo(1);
        assertThatThrownBy(() -> access.write(readOnly, 0, 1, 0)).isInstanceOf(VfioException.class);
        assertThatThrownBy(() -> access.read(writeOnly, 0, 1)).isInstanceOf(VfioException.class);
    }

    @Test
    void shouldReportFailuresAndPartialAccesses() {
        file.readerAt = (memory, length, position) -> FakeFile.error(Errno.EIO);
        assertThatThrownBy(() -> access.read(bar, 4, 4))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("call=pread errno=EIO device=fake region=1 offset=4 size=4");
        file.writerAt = (memory, length, position) -> 2;
        assertThatThrownBy(() -> access.write(bar, 4, 4, 0))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("call=pwrite device=fake region=1 offset=4 size=4 done=2");
    }

    @Test
    void shouldAccessRegistersWithoutAllocating() {
        file.writerAt = (memory, length, position) -> length;
        assertThat(
                        Allocation.ofThousand(() -> {
                            access.read(bar, 0, 4);
                            access.write(bar, 0, 1, 7);
                        }))
                .isZero();
    }
}
