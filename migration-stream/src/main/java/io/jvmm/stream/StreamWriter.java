package io.jvmm.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes a stream's integers, bytes and memory. Small things are collected in one native buffer,
 * guest pages are gathered from where they lie; both leave in one call when the buffer or the list
 * of pieces is full, or at {@link #flush()}.
 *
 * <p>If the sink throws, nothing is lost: the value that was being put has not been accepted (of a
 * {@code putBytes} longer than the buffer, a part may have been: {@link #position()} tells), and
 * the next put or flush goes on with the bytes that had not left. Nothing here allocates after
 * construction. One thread.
 */
public final class StreamWriter {
    /** How many referenced pages leave in one call, unless said otherwise. */
    public static final int PAGES_PER_WRITE = 64;

    private static final int BUFFER_SIZE = 64 * 1024;
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final ByteSink sink;
    private final MemorySegment buffer;
    private final BufferList pieces;
    private int filled;
    private int listed;
    private long position;

    /**
     * Creates a writer that gathers {@link #PAGES_PER_WRITE} pages.
     *
     * @param sink where the bytes go
     */
    public StreamWriter(ByteSink sink) {
        this(sink, PAGES_PER_WRITE);
    }

    /**
     * Creates a writer.
     *
     * @param sink where the bytes go
     * @param pagesPerWrite how many referenced pieces leave in one call, 1 to 500
     */
    public StreamWriter(ByteSink sink, int pagesPerWrite) {
        if (pagesPerWrite < 1 || pagesPerWrite > 500) {
            throw new IllegalArgumentException(
                    "Pages per write out of range: pagesPerWrite=" + pagesPerWrite);
        }
        this.sink = sink;
        buffer = Arena.ofAuto().allocate(BUFFER_SIZE);
        // a header before each page, and one slot for what is put after the last page
        pieces = new BufferList(2 * pagesPerWrite + 1);
    }

    /**
     * Bytes accepted so far, sent or not.
     *
     * @return bytes from the start of the stream
     */
    public long position() {
        return position;
    }

    /**
     * Puts one byte.
     *
     * @param value its low 8 bits are taken
     */
    public void putU8(int value) {
        makeRoom(1);
        buffer.set(ValueLayout.JAVA_BYTE, filled, (byte) value);
        accept(1);
    }

    /**
     * Puts two bytes.
     *
     * @param value its low 16 bits are taken
     */
    public void putU16(int value) {
        makeRoom(2);
        buffer.set(U16, filled, (short) value);
        accept(2);
    }

    /**
     * Puts four bytes.
     *
     * @param value its low 32 bits are taken
     */
    public void putU32(long value) {
        makeRoom(4);
        buffer.set(U32, filled, (int) value);
        accept(4);
    }

    /**
     * Puts eight bytes.
     *
     * @param value signed or unsigned
     */
    public void putU64(long value) {
        makeRoom(8);
        buffer.set(U64, filled, value);
        accept(8);
    }

    /**
     * Copies bytes into the stream.
     *
     * @param from the memory
     * @param offset first byte
     * @param length bytes
     */
    public void putBytes(MemorySegment from, long offset, long length) {
        long done = 0;
        while (done < length) {
            makeRoom(1);
            int part = (int) Math.min(length - done, BUFFER_SIZE - filled);
            MemorySegment.copy(from, offset + done, buffer, filled, part);
            accept(part);
            done += part;
        }
    }

    /**
     * Copies bytes into the stream.
     *
     * @param bytes all of them are put
     */
    public void putBytes(byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            makeRoom(1);
            int part = Math.min(bytes.length - done, BUFFER_SIZE - filled);
            MemorySegment.copy(bytes, done, buffer, ValueLayout.JAVA_BYTE, filled, part);
            accept(part);
            done += part;
        }
    }

    /**
     * Puts a name: u8 length, then the characters.
     *
     * @param text at most 255 printable ASCII characters
     * @throws IllegalArgumentException if it is longer or has another character
     */
    public void putCountedString(String text) {
        int length = text.length();
        if (length > 255) {
            throw new IllegalArgumentException("The name is too long: length=" + length);
        }
        PrintableAscii.check(text);
        makeRoom(1 + length);
        putU8(length);
        putString(text);
    }

    /**
     * Puts text without its length.
     *
     * @param text printable ASCII characters
     * @throws IllegalArgumentException if it has another character
     */
    public void putString(String text) {
        PrintableAscii.check(text);
        for (int i = 0; i < text.length(); i++) {
            putU8(text.charAt(i));
        }
    }

    /**
     * Puts memory without copying it: the bytes are taken when they leave, so that what is written
     * to it in the meantime may or may not be in the stream.
     *
     * @param memory native memory that stays mapped until {@link #flush()} has returned
     * @param offset first byte
     * @param length bytes
     * @throws IllegalArgumentException if the memory is not native
     */
    public void putReference(MemorySegment memory, long offset, long length) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("Only native memory can be referenced");
        }
        if (pieces.room() < 3) {
            send();
        }
        listFilled();
        pieces.add(memory, offset, length);
        position += length;
    }

    /** Blocks until all that was put has left. */
    public void flush() {
        send();
    }

    private void makeRoom(int bytes) {
        if (BUFFER_SIZE - filled < bytes) {
            send();
        }
    }

    private void accept(int bytes) {
        filled += bytes;
        position += bytes;
    }

    private void listFilled() {
        pieces.add(buffer, listed, filled - listed);
        listed = filled;
    }

    private void send() {
        listFilled();
        if (pieces.count() > 0) {
            sink.write(pieces);
        }
        pieces.clear();
        filled = 0;
        listed = 0;
    }
}
