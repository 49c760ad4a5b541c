package io.jvmm.stream;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Gives out the bytes it was made with, at most so many at a time. */
public final class MemorySource implements ByteSource {
    private final MemorySegment bytes;
    private final long atATime;
    private long given;

    /** A source that gives all it is asked for. */
    public MemorySource(byte[] bytes) {
        this(bytes, Long.MAX_VALUE);
    }

    /** A source that gives at most {@code atATime} bytes to a read. */
    public MemorySource(byte[] bytes, long atATime) {
        this.bytes = MemorySegment.ofArray(bytes);
        this.atATime = atATime;
    }

    /** A reader of bytes written in hexadecimal. */
    public static StreamReader readerOf(String hex) {
        return new StreamReader(new MemorySource(HexFormat.of().parseHex(hex)));
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        long part = Math.min(Math.min(length, atATime), bytes.byteSize() - given);
        if (part == 0) {
            return -1;
        }
        MemorySegment.copy(bytes, given, into, offset, part);
        given += part;
        return part;
    }
}
