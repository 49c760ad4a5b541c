package io.jvmm.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class GuestMemoryTest {

    private static final int PAGE = RamBlock.PAGE_SIZE;

    @Test
    void shouldStartWithZerosAndKeepLittleEndianValues() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 4 * PAGE)) {
            assertThat(memory.getLong(0)).isZero();
            memory.setInt(PAGE - 2, 0x01020304);
            assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, PAGE - 2)).isEqualTo((byte) 4);
            assertThat(memory.getInt(PAGE - 2)).isEqualTo(0x01020304);
            memory.setLong(8, -2);
            assertThat(memory.getLong(8)).isEqualTo(-2);
            assertThat(memory.blocks()).containsExactly(memory.block());
        }
    }

    @Test
    void shouldLogHostWritesOnlyWhileLogging() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 200 * PAGE)) {
            memory.setInt(0, 1);
            memory.hostDirtyLog().start();
            memory.setInt(2 * PAGE - 2, 1);
            memory.write(199 * PAGE, new byte[] {1});
            assertThat(sync(memory.hostDirtyLog(), memory)).isEqualTo("1 2 199");
            assertThat(sync(memory.hostDirtyLog(), memory)).isEmpty();
            memory.hostDirtyLog().stop();
            memory.setInt(0, 1);
            assertThat(sync(memory.hostDirtyLog(), memory)).isEmpty();
        }
    }

    @Test
    void shouldCombineLogs() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 8 * PAGE)) {
            HostDirtyLog other = new HostDirtyLog(memory.block());
            DirtyLog both = new CombinedDirtyLog(memory.hostDirtyLog(), other);
            both.start();
            memory.setInt(0, 1);
            other.markWritten(5 * PAGE, 1);
            assertThat(sync(both, memory)).isEqualTo("0 5");
            both.stop();
            other.markWritten(5 * PAGE, 1);
            assertThat(sync(both, memory)).isEmpty();
        }
    }

    @Test
    void shouldRefuseSizesAndAddressesOutside() {
        assertThatThrownBy(() -> GuestMemory.allocate("ram", 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes=100");
        try (GuestMemory memory = GuestMemory.allocate("ram", PAGE)) {
            assertThatThrownBy(() -> memory.setInt(PAGE - 3, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static String sync(DirtyLog log, GuestMemory memory) {
        DirtyBitmap bitmap = new DirtyBitmap(memory.block().pages());
        log.sync(memory.block(), bitmap);
        StringBuilder pages = new StringBuilder();
        for (long p = bitmap.nextSet(0); p >= 0; p = bitmap.nextSet(p + 1)) {
            pages.append(pages.isEmpty() ? "" : " ").append(p);
        }
        return pages.toString();
    }
}
