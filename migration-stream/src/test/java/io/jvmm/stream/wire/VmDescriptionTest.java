package io.jvmm.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.MemorySink;
import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VmDescriptionTest {
    @Test
    void shouldEncodeToTheGoldenBytes() {
        assertThat(encoded(VmDescription.of("{}"))).isEqualTo("06" + "00000002" + "7b7d");
    }

    @ParameterizedTest
    @CsvSource({
        "122, 122", // 0x7A
        "123, 124", // 0x7B
        "1403, 1404", // 0x57B
        "31487, 31487", // 0x7AFF
        "31488, 31744", // 0x7B00
        "8060928, 8126464", // 0x7B0000
    })
    void shouldPadUntilNoLengthByteIsAnOpeningBrace(int length, int padded) {
        VmDescription description = VmDescription.of("x".repeat(length));

        assertThat(description.length()).isEqualTo(padded);
        assertThat(description.json()).isEqualTo("x".repeat(length) + " ".repeat(padded - length));
    }

    @Test
    void shouldLeaveTogetherWithTheEof() {
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        new Frame.Eof().encode(out);
        VmDescription.of("x".repeat(500_000)).encode(out);
        out.flush();

        assertThat(sink.writes()).isEqualTo(1);
        assertThat(sink.toByteArray()).hasSize(1 + 1 + 4 + 500_000);
    }

    @Test
    void shouldComeBackAsItWasSent() {
        String hex = "06" + "00000003" + "7b7d20";

        assertThat(VmDescription.decode(MemorySource.readerOf(hex)).json()).isEqualTo("{} ");
        assertThat(encoded(VmDescription.decode(MemorySource.readerOf(hex)))).isEqualTo(hex);
    }

    @Test
    void shouldBeSkipped() {
        StreamReader in = MemorySource.readerOf("06" + "00000002" + "7b7d" + "ff");
        VmDescription.skip(in);

        assertThat(in.position()).isEqualTo(7);
    }

    @Test
    void shouldNotBeTakenWhenItIsTorn() {
        String hex = "06" + "00000002" + "7b7d";
        for (int length = 0; length < hex.length(); length += 2) {
            String torn = hex.substring(0, length);

            assertThatThrownBy(() -> VmDescription.decode(MemorySource.readerOf(torn)))
                    .isInstanceOf(StreamEndException.class);
            assertThatThrownBy(() -> VmDescription.skip(MemorySource.readerOf(torn)))
                    .isInstanceOf(StreamEndException.class);
        }
    }

    @Test
    void shouldRefuseTextThatCannotBeSent() {
        assertThatThrownBy(() -> VmDescription.of("{\0}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VmDescription.of(" ".repeat(16 * 1024 * 1024)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String encoded(VmDescription description) {
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        description.encode(out);
        out.flush();
        return sink.hex();
    }
}
