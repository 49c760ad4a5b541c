package io.jvmm.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads a stream's integers and bytes out of one native buffer that is filled with as much as the
 * source has at the moment. Every get blocks until its bytes are there.
 *
 * <p>If the source throws, the get that was waiting has used up nothing, with the exception of
 * {@code getBytes} and {@code skip}, which may be part done ({@link #position()} tells). Nothing
 * here allocates after construction but the gets that return an object. One thread.
 */
public final class StreamReader {
    /** Bytes of the buffer; stays in the second-level cache. */
    public static final int BUFFER_SIZE = 256 * 1024;

    private static final int DIRECT_READ = BUFFER_SIZE / 4;
    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final ByteSource source;
    private final MemorySegment buffer;
    private int index;
    private int limit;
    private long base;

    /**
     * Creates a reader.
     *
     * @param source where the bytes come from
     */
    public StreamReader(ByteSource source) {
        this.source = source;
        buffer = Arena.ofAuto().allocate(BUFFER_SIZE);
    }

    /**
     * Bytes used so far.
     *
     * @return bytes from the start of the stream
     */
    public long position() {
        return base + index;
    }

    /**
     * Whether the stream has ended; blocks until that is known. For the places where it may end.
     *
     * @return false if there is at least one more byte
     */
    public boolean atEnd() {
        return index == limit && !refill();
    }

    /**
     * Gets one byte.
     *
     * @return 0 to 255
     */
    public int getU8() {
        require(1);
        int value = Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, index));
        index++;
        return value;
    }

    /**
     * Gets two bytes.
     *
     * @return 0 to 65535
     */
    public int getU16() {
        require(2);
        int value = Short.toUnsignedInt(buffer.get(U16, index));
        index += 2;
        return value;
    }

    /**
     * Gets four bytes.
     *
     * @return 0 to 2^32 - 1
     */
    public long getU32() {
        require(4);
        long value = Integer.toUnsignedLong(buffer.get(U32, index));
        index += 4;
        return value;
    }

    /**
     * Gets eight bytes.
     *
     * @return all 64 bits as they are
     */
    public long getU64() {
        require(8);
        long value = buffer.get(U64, index);
        index += 8;
        return value;
    }

    /**
     * Looks at a byte without using it up.
     *
     * @param ahead 0 = the next byte, up to 1023
     * @return 0 to 255
     * @throws StreamEndException if the stream ends before it
     */
    public int peekU8(int ahead) {
        Objects.checkIndex(ahead, 1024);
        require(ahead + 1);
        return Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, (long) index + ahead));
    }

    /**
     * Gets bytes into memory; long runs go from the source into native memory without a copy.
     *
     * @param into where to put them
     * @param offset first byte of {@code into} to fill
     * @param length bytes
     * @throws IndexOutOfBoundsException if they do not fit
     */
    public void getBytes(MemorySegment into, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, into.byteSize());
        long done = takeBuffered(into, offset, length);
        while (done < length) {
            if (length - done >= DIRECT_READ && into.isNative()) {
                done += readDirectly(into, offset + done, length - done);
            } else {
                require(1);
                done += takeBuffered(into, offset + done, length - done);
            }
        }
    }

    /**
     * Gets bytes into a new array.
     *
     * @param length how many, as the peer has said
     * @param limit the most that makes sense here
     * @return the bytes
     * @throws StreamFormatException if the length is above the limit; nothing was allocated
     */
    public byte[] getBytes(long length, int limit) {
        if (length < 0 || length > limit) {
            throw new StreamFormatException(
                    "Length above the limit: length="
                            + Long.toUnsignedString(length)
                            + " limit="
                            + limit,
                    position());
        }
        byte[] bytes = new byte[(int) length];
        getBytes(MemorySegment.ofArray(bytes), 0, length);
        return bytes;
    }

    /**
     * Gets a name: u8 length, then that many printable ASCII characters.
     *
     * @return the name
     * @throws StreamFormatException if it has another character
     */
    public String getCountedString() {
        return getString(getU8(), 255);
    }

    /**
     * Gets printable ASCII characters.
     *
     * @param length how many, as the peer has said
     * @param limit the most that makes sense here
     * @return the text
     * @throws StreamFormatException if the length is above the limit, or it has another character
     */
    public String getString(long length, int limit) {
        long start = position();
        byte[] bytes = getBytes(length, limit);
        for (int i = 0; i < bytes.length; i++) {
            if (!PrintableAscii.contains(bytes[i])) {
                throw new StreamFormatException(
                        "The text is not printable ASCII: byte=" + Byte.toUnsignedInt(bytes[i]),
                        start + i);
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /**
     * Uses up bytes without looking at them.
     *
     * @param bytes how many, not negative
     */
    public void skip(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("Cannot skip backwards: bytes=" + bytes);
        }
        long left = bytes;
        while (left > 0) {
            require(1);
            int part = (int) Math.min(left, limit - index);
            index += part;
            left -= part;
        }
    }

    private void require(int bytes) {
        if (limit - index < bytes) {
            fill(bytes);
        }
    }

    private void fill(int bytes) {
        while (limit - index < bytes) {
            if (!refill()) {
                throw new StreamEndException(position());
            }
        }
    }

    /** Moves what is left to the front and reads once. */
    private boolean refill() {
        int left = limit - index;
        MemorySegment.copy(buffer, index, buffer, 0, left);
        base += index;
        index = 0;
        limit = left;
        long read = source.read(buffer, limit, BUFFER_SIZE - limit);
        if (read < 0) {
            return false;
        }
        limit += (int) read;
        return true;
    }

    private long takeBuffered(MemorySegment into, long offset, long length) {
        int part = (int) Math.min(length, limit - index);
        MemorySegment.copy(buffer, index, into, offset, part);
        index += part;
        return part;
    }

    private long readDirectly(MemorySegment into, long offset, long length) {
        long read = source.read(into, offset, length);
        if (read < 0) {
            throw new StreamEndException(position());
        }
        base += read;
        return read;
    }
}
