package io.jvmm.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.MemorySink;
import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import org.junit.jupiter.api.Test;

class InquiryHeaderTest {
    private static final String GOLDEN = "4a564d51" + "00000001";

    private static StreamReader reader(String hex) {
        return MemorySource.readerOf(hex);
    }

    @Test
    void shouldEncodeToTheGoldenBytes() {
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        InquiryHeader.encode(out);
        out.flush();
        assertThat(sink.hex()).isEqualTo(GOLDEN);
        InquiryHeader.decode(reader(GOLDEN));
    }

    @Test
    void shouldTellItFromAMigration() {
        assertThat(InquiryHeader.isAhead(reader(GOLDEN))).isTrue();
        assertThat(InquiryHeader.isAhead(reader("5145564d00000003"))).isFalse();
        assertThatThrownBy(() -> InquiryHeader.isAhead(reader("4a564d")))
                .isInstanceOf(StreamEndException.class);
    }

    @Test
    void shouldRefuseAnythingElse() {
        assertThatThrownBy(() -> InquiryHeader.decode(reader("5145564d00000003")))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("magic=0x5145564d");
        assertThatThrownBy(() -> InquiryHeader.decode(reader("4a564d5100000002")))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("version=2");
        for (int i = 0; i < GOLDEN.length(); i += 2) {
            String cut = GOLDEN.substring(0, i);
            assertThatThrownBy(() -> InquiryHeader.decode(reader(cut)))
                    .isInstanceOf(StreamEndException.class);
        }
    }
}
