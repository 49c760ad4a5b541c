package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The description of all devices, the last thing in a stream.
 *
 * <pre>
 *   u8   0x06
 *   u32  n, below 16 MiB
 *   n    JSON, UTF-8
 * </pre>
 *
 * QEMU's analysis script finds the JSON by taking the first '{' behind the last NUL of the file. So
 * {@link #of} pads the text with blanks until no byte of the length is 0x7B ('{') and at least one
 * is 0. The text lies in native memory and is put by reference: with room in the writer's buffer it
 * leaves in the same call as the EOF before it.
 */
public final class VmDescription implements Frame {
    private static final int LENGTH_LIMIT = 16 * 1024 * 1024;
    private static final int OPENING_BRACE = 0x7B;

    private final MemorySegment text;

    private VmDescription(MemorySegment text) {
        this.text = text;
    }

    /**
     * Makes a description ready to be sent.
     *
     * @param json the text, without NUL
     * @return the description, padded
     * @throws IllegalArgumentException if the text has a NUL or is 16 MiB or longer
     */
    public static VmDescription of(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (json.indexOf(0) >= 0) {
            throw new IllegalArgumentException("The VM description has a NUL character");
        }
        int padded = paddedLength(bytes.length);
        if (padded >= LENGTH_LIMIT) {
            throw new IllegalArgumentException("The VM description is too long: length=" + padded);
        }
        MemorySegment text = Arena.ofAuto().allocate(padded);
        text.fill((byte) ' ').asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        return new VmDescription(text);
    }

    /**
     * Gets a description.
     *
     * @param in the stream, after the EOF
     * @return the description, as it was sent
     * @throws StreamFormatException if something else stands there or it is too long
     */
    public static VmDescription decode(StreamReader in) {
        long length = decodeLength(in);
        MemorySegment text = Arena.ofAuto().allocate(length);
        in.getBytes(text, 0, length);
        return new VmDescription(text);
    }

    /**
     * Reads over a description. Allocates nothing.
     *
     * @param in the stream, after the EOF
     * @throws StreamFormatException if something else stands there or it is too long
     */
    public static void skip(StreamReader in) {
        in.skip(decodeLength(in));
    }

    /**
     * The text, with what it was padded with.
     *
     * @return JSON
     */
    public String json() {
        return new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /**
     * How long the text is on the wire.
     *
     * @return bytes
     */
    public long length() {
        return text.byteSize();
    }

    @Override
    public void encode(StreamWriter out) {
        out.putU8(SectionType.VMDESCRIPTION.code());
        out.putU32(text.byteSize());
        out.putReference(text, 0, text.byteSize());
    }

    private static long decodeLength(StreamReader in) {
        long position = in.position();
        int type = in.getU8();
        if (type != SectionType.VMDESCRIPTION.code()) {
            throw new StreamFormatException(
                    "The VM description is missing: type=" + type, position);
        }
        long length = in.getU32();
        if (length >= LENGTH_LIMIT) {
            throw new StreamFormatException(
                    "The VM description is too long: length=" + length, position + 1);
        }
        return length;
    }

    /** Below 16 MiB the top byte is 0, which is the zero that the script needs. */
    private static int paddedLength(int length) {
        int padded = length;
        while (hasOpeningBrace(padded)) {
            padded++;
        }
        return padded;
    }

    private static boolean hasOpeningBrace(int length) {
        return (length & 0xFF) == OPENING_BRACE
                || (length >>> 8 & 0xFF) == OPENING_BRACE
                || (length >>> 16 & 0xFF) == OPENING_BRACE;
    }
}
