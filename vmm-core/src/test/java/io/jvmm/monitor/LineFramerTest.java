package io.jvmm.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineFramerTest {
    private final List<String> lines = new ArrayList<>();
    private final LineFramer framer = new LineFramer(lines::add, () -> lines.add("TOO LONG"));

    private void feed(String text) {
        framer.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldCutLinesWhateverTheChunks() {
        feed("in");
        feed("fo\r\nstop\n\nco");
        feed("nt");
        assertThat(lines).containsExactly("info", "stop", "");
    }

    @Test
    void shouldReportALongLineOnceAndGoOn() {
        for (int i = 0; i < 1000; i++) {
            feed("x".repeat(10_000));
        }
        feed("\nstop\n");
        assertThat(lines).containsExactly("TOO LONG", "stop");
    }

    @Test
    void shouldTakeALineOfTheLimit() {
        feed("y".repeat(LineFramer.MAX_LENGTH) + "\n");
        assertThat(lines).containsExactly("y".repeat(LineFramer.MAX_LENGTH));
    }
}
