package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;

/** Reads a message's payload and keeps to the length that the message has announced. */
final class PayloadReader {
    private final StreamReader in;
    private final String message;
    private final int length;
    private final long start;

    /** Takes the payload that is next on {@code in}; {@code message} is its name for errors. */
    PayloadReader(StreamReader in, String message, int length) {
        this.in = in;
        this.message = message;
        this.length = length;
        start = in.position();
    }

    /** Refuses a payload that does not have exactly this length. */
    PayloadReader exactly(int expected) {
        if (length != expected) {
            throw wrongLength(" expected=" + expected);
        }
        return this;
    }

    int getU8() {
        require(1);
        return in.getU8();
    }

    int getU16() {
        require(2);
        return in.getU16();
    }

    long getU32() {
        require(4);
        return in.getU32();
    }

    long getU64() {
        require(8);
        return in.getU64();
    }

    SessionId getSessionId() {
        require(SessionId.BYTES);
        return SessionId.decode(in);
    }

    /** A u32 that is at most the largest int. */
    int getCount31(String field) {
        long value = getU32();
        if (value > Integer.MAX_VALUE) {
            throw outOfRange(field, value, 4);
        }
        return (int) value;
    }

    /** A u64 that is at most the largest long. */
    long getCount63(String field) {
        long value = getU64();
        if (value < 0) {
            throw outOfRange(field, value, 8);
        }
        return value;
    }

    String getString(int bytes) {
        require(bytes);
        return in.getString(bytes, bytes);
    }

    /** Refuses what is left. */
    void end() {
        if (remaining() != 0) {
            throw wrongLength(" used=" + (length - remaining()));
        }
    }

    StreamFormatException outOfRange(String field, long value, int bytes) {
        return new StreamFormatException(
                message + " out of range: " + field + "=" + Long.toUnsignedString(value),
                in.position() - bytes);
    }

    private long remaining() {
        return start + length - in.position();
    }

    private void require(int bytes) {
        if (remaining() < bytes) {
            throw wrongLength("");
        }
    }

    private StreamFormatException wrongLength(String detail) {
        return new StreamFormatException(
                message + " has a wrong payload length: length=" + length + detail, start - 2);
    }
}
