package io.jvmm.vmstate;

import io.jvmm.stream.ByteSink;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Streams over arrays, and arrays as hex text. */
public final class StreamBytes {
    private StreamBytes() {}

    /** A sink that keeps everything. */
    public static ByteSink sink(ByteArrayOutputStream into) {
        return buffers -> {
            for (int i = 0; i < buffers.count(); i++) {
                into.writeBytes(
                        buffers.segment(i)
                                .asSlice(buffers.offset(i), buffers.length(i))
                                .toArray(ValueLayout.JAVA_BYTE));
            }
            buffers.consume(buffers.byteSize());
        };
    }

    /** What {@code body} writes. */
    public static byte[] written(Consumer<StreamWriter> body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter out = new StreamWriter(sink(bytes));
        body.accept(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** A reader of these bytes and then the end, which hands out at most 7 at a time. */
    public static StreamReader reader(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes);
        long[] position = {0};
        return new StreamReader((into, offset, length) -> {
            long part = Math.min(Math.min(length, 7), bytes.length - position[0]);
            if (part == 0) {
                return -1;
            }
            MemorySegment.copy(all, position[0], into, offset, part);
            position[0] += part;
            return part;
        });
    }

    /** Bytes from hex text; blanks are allowed. */
    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** Hex text without blanks. */
    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
