package io.jvmm.stream;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** Keeps what is written; can be told to take only some bytes before it throws. */
public final class MemorySink implements ByteSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long takesBeforeInterrupt = Long.MAX_VALUE;
    private int writes;
    private int largestWrite;

    /** A sink that takes all it is given. */
    public MemorySink() {}

    /** Takes this many bytes more, then throws until told otherwise. */
    public void interruptAfter(long count) {
        takesBeforeInterrupt = count;
    }

    /** How often it was written to. */
    public int writes() {
        return writes;
    }

    /** Most pieces in one write. */
    public int largestWrite() {
        return largestWrite;
    }

    /** All bytes so far. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** All bytes so far in hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(toByteArray());
    }

    @Override
    public void write(BufferList buffers) {
        writes++;
        largestWrite = Math.max(largestWrite, buffers.count());
        while (buffers.count() > 0) {
            long taken = Math.min(buffers.length(0), takesBeforeInterrupt);
            byte[] piece =
                    buffers.segment(0)
                            .asSlice(buffers.offset(0), taken)
                            .toArray(ValueLayout.JAVA_BYTE);
            bytes.writeBytes(piece);
            buffers.consume(taken);
            takesBeforeInterrupt -= taken;
            if (takesBeforeInterrupt == 0) {
                throw new StreamInterruptedException("test");
            }
        }
    }
}
