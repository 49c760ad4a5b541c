package io.jvmm.monitor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into lines of at most {@link #MAX_LENGTH} bytes. A longer line is dropped
 * and reported once, at its end. One thread.
 */
final class LineFramer {
    /** QEMU's line editor has the same limit. */
    static final int MAX_LENGTH = 4095;

    private final Consumer<String> lines;
    private final Runnable tooLong;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean discarding;

    LineFramer(Consumer<String> lines, Runnable tooLong) {
        this.lines = lines;
        this.tooLong = tooLong;
    }

    void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte value = bytes.get();
            if (value == '\n') {
                end();
            } else if (line.size() == MAX_LENGTH) {
                discarding = true;
            } else if (value != '\r') {
                line.write(value);
            }
        }
    }

    private void end() {
        String complete = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (discarding) {
            discarding = false;
            tooLong.run();
        } else {
            lines.accept(complete);
        }
    }
}
