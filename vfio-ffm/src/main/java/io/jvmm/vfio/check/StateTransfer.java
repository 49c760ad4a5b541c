package io.jvmm.vfio.check;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Moves state out of devices and into them, in pieces of one size. One thread. */
final class StateTransfer {
    /** Large pieces, as a migration reads them. */
    static final int LARGE = 1 << 20;

    /** Bytes at the beginning that are inverted to make a wrong state. */
    static final int HEADER = 8;

    private static final long JUNK = 4096;

    private final MemorySegment buffer;
    private final int piece;
    private final long limit;

    /** What is done with the bytes that were read. */
    private interface Sink {
        void take(MemorySegment bytes, long position, long length);
    }

    /**
     * A transfer.
     *
     * @param piece bytes per call
     * @param limit bytes after which a state counts as endless
     */
    StateTransfer(int piece, long limit) {
        this.piece = piece;
        this.limit = limit;
        buffer = Arena.ofAuto().allocate(Math.max(piece, JUNK));
    }

    /** Reads all there is now and adds it; the result is how much. */
    long read(Subject device, StateImage into) {
        return read(device, Long.MAX_VALUE, (bytes, _, length) -> into.append(bytes, length));
    }

    /** Reads at most so many bytes and drops them. */
    long skip(Subject device, long bytes) {
        return read(device, bytes, (_, _, _) -> {});
    }

    /** Reads all there is and requires it to be the same. */
    void compare(Subject device, StateImage expected) {
        long size =
                read(
                        device,
                        Long.MAX_VALUE,
                        (bytes, position, length) -> {
                            if (!expected.matches(position, bytes, length)) {
                                throw different(expected, position, length);
                            }
                        });
        if (size != expected.size()) {
            throw different(expected, size, 0);
        }
    }

    private static CheckFailedException different(StateImage expected, long at, long length) {
        return new CheckFailedException(
                "the state is another one when it is read again: bytes=%d differs in %d bytes from %d on"
                        .formatted(expected.size(), length, at));
    }

    private long read(Subject device, long wanted, Sink sink) {
        long done = 0;
        while (done < wanted) {
            long length = device.read(buffer, Math.min(piece, wanted - done));
            if (length == 0) {
                break;
            }
            sink.take(buffer, done, length);
            done += length;
            if (done > limit) {
                throw new CheckFailedException(
                        "its data does not end: read=%d limit=%d".formatted(done, limit));
            }
        }
        return done;
    }

    /** Writes the first bytes of a state. */
    void write(Subject device, StateImage from, long bytes) {
        for (long done = 0; done < bytes; done += piece) {
            long length = Math.min(piece, bytes - done);
            from.copy(done, buffer, length);
            device.write(buffer, length);
        }
    }

    /** Writes a state whose first bytes are wrong. */
    void writeInverted(Subject device, StateImage from) {
        for (long done = 0; done < from.size(); done += piece) {
            long length = Math.min(piece, from.size() - done);
            from.copy(done, buffer, length);
            for (long at = done; at < Math.min(HEADER, done + length); at++) {
                invert(at - done);
            }
            device.write(buffer, length);
        }
    }

    private void invert(long at) {
        byte octet = buffer.get(JAVA_BYTE, at);
        buffer.set(JAVA_BYTE, at, (byte) ~octet);
    }

    /** Writes bytes that belong to no state. */
    void writeJunk(Subject device) {
        buffer.asSlice(0, JUNK).fill((byte) 0xa5);
        device.write(buffer, JUNK);
    }
}
