package io.jvmm.monitor.json;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into JSON texts: an object or array ends with its last bracket, anything
 * else with the line. A text may span lines.
 *
 * <p>Memory is bounded: a text longer than {@link JsonText#MAX_LENGTH} is dropped up to the next
 * newline and reported once. So is a line with a control byte. The byte 0xff drops an unfinished
 * text, and a client can start afresh right behind it. One thread.
 */
public final class JsonFramer {
    private static final int RESET_BYTE = 0xff;

    private final Consumer<byte[]> texts;
    private final Consumer<String> errors;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean discarding;

    /**
     * A framer at the beginning of a stream.
     *
     * @param texts takes each complete text
     * @param errors takes one line for each text that was dropped
     */
    public JsonFramer(Consumer<byte[]> texts, Consumer<String> errors) {
        this.texts = texts;
        this.errors = errors;
    }

    /**
     * Takes the next bytes of the stream.
     *
     * @param bytes read to the end
     */
    public void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            feed(bytes.get() & 0xff);
        }
    }

    /**
     * Whether a text has begun and not ended.
     *
     * @return false between texts
     */
    public boolean isWithinText() {
        return text.size() > 0;
    }

    private void feed(int value) {
        boolean newline = value == '\n';
        if (discarding) {
            discarding = !newline;
        } else if (isStray(value)) {
            reset();
            discarding = value != RESET_BYTE;
            errors.accept("stray byte: value=" + value);
        } else if (text.size() == 0 && isBlank(value)) {
            return;
        } else if (depth == 0 && newline) {
            complete();
        } else {
            append(value);
        }
    }

    private static boolean isBlank(int value) {
        return value == ' ' || value == '\t' || value == '\r' || value == '\n';
    }

    private static boolean isStray(int value) {
        return value == RESET_BYTE || (value < ' ' && !isBlank(value));
    }

    private void append(int value) {
        text.write(value);
        if (text.size() > JsonText.MAX_LENGTH) {
            reset();
            discarding = value != '\n';
            errors.accept("text is too long: limit=" + JsonText.MAX_LENGTH);
            return;
        }
        if (inString) {
            inString = value != '"' || escaped;
            escaped = value == '\\' && !escaped;
        } else {
            bracket(value);
        }
    }

    private void bracket(int value) {
        switch (value) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                if (depth <= 0) {
                    complete();
                }
            }
            default -> {
                // Part of the text without a meaning for its length.
            }
        }
    }

    private void complete() {
        byte[] complete = text.toByteArray();
        reset();
        texts.accept(complete);
    }

    private void reset() {
        text.reset();
        depth = 0;
        inString = false;
        escaped = false;
    }
}
