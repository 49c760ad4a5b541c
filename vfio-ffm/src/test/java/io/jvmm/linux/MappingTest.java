package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingTest {
    private static final long SIZE = 1 << 20;

    @Test
    void shouldGiveZeroedMemoryThatHoldsWhatIsWritten() {
        try (Mapping mapping = Mapping.anonymousFile("test-memory", SIZE)) {
            MemorySegment memory = mapping.segment();
            assertThat(memory.byteSize()).isEqualTo(SIZE);
            assertThat(memory.get(JAVA_BYTE, SIZE - 1)).isZero();
            memory.set(JAVA_BYTE, SIZE - 1, (byte) 7);
            assertThat(memory.get(JAVA_BYTE, SIZE - 1)).isEqualTo((byte) 7);
            assertThatThrownBy(() -> memory.get(JAVA_BYTE, SIZE))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldShareItsPagesWithTheFile(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("file");
        Files.write(path, new byte[8192]);
        try (Fd file = Fd.open(path.toString(), Fd.READ_WRITE);
                Mapping mapping = Mapping.of(file, 4096, 4096)) {
            mapping.segment().set(JAVA_BYTE, 1, (byte) 9);
        }
        assertThat(Files.readAllBytes(path)[4097]).isEqualTo((byte) 9);
    }

    @Test
    void shouldBringAllPagesInWhenPopulated() throws Exception {
        try (Mapping mapping = Mapping.anonymousFile("jvmm-populate-test", SIZE)) {
            assertThat(residentKib("jvmm-populate-test")).isZero();
            mapping.segment().set(JAVA_BYTE, 5, (byte) 3);
            mapping.populate();
            assertThat(residentKib("jvmm-populate-test")).isEqualTo(SIZE / 1024);
            assertThat(mapping.segment().get(JAVA_BYTE, 5)).isEqualTo((byte) 3);
        }
    }

    @Test
    void shouldUnmapAndRefuseUseAfterClose() throws Exception {
        Mapping mapping = Mapping.anonymousFile("jvmm-close-test", SIZE);
        MemorySegment memory = mapping.segment();
        mapping.close();
        mapping.close();
        assertThatThrownBy(() -> memory.get(JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain("jvmm-close-test");
    }

    @Test
    void shouldRefuseNoMemory() {
        assertThatThrownBy(() -> Mapping.anonymousFile("empty", 0))
                .hasMessageContaining("call=mmap errno=EINVAL");
        assertThatThrownBy(() -> Mapping.anonymousFile("negative", -1))
                .hasMessageContaining("call=ftruncate");
    }

    private static long residentKib(String name) throws Exception {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(name)) {
                return lines.subList(i, lines.size()).stream()
                        .filter(line -> line.startsWith("Rss:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new AssertionError("No such mapping: " + name);
    }
}
