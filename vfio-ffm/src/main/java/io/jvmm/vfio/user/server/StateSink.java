package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Takes a device's state, cut anywhere, and checks every byte of it. What is wrong is refused, and
 * so is everything after it until the next {@link #begin}.
 *
 * <p>One thread. Allocates nothing per piece.
 */
final class StateSink {
    private static final long MAXIMUM_CONTENT =
            (long) DeviceProgram.MAXIMUM_PORTS * UartPort.STATE_SIZE;

    private final Pattern pattern;
    private final int ports;
    private final MemorySegment record =
            Arena.ofAuto().allocate(StateFormat.RECORD_HEADER + MAXIMUM_CONTENT, Long.BYTES);
    private final MemorySegment portStates;
    private long filled;
    private long patternLeft;
    private long patternPosition;
    private Stage stage = Stage.CLOSED;

    private enum Stage {
        CLOSED,
        WANTS_HEADER,
        WANTS_STATE,
        WANTS_END,
        COMPLETE
    }

    StateSink(Pattern pattern, int ports) {
        this.pattern = pattern;
        this.ports = ports;
        portStates = Arena.ofAuto().allocate((long) ports * UartPort.STATE_SIZE, Long.BYTES);
    }

    /** Expects a stream from its beginning. */
    void begin() {
        stage = Stage.WANTS_HEADER;
        filled = 0;
        patternLeft = 0;
        patternPosition = 0;
    }

    /** Takes no more. */
    void end() {
        stage = Stage.CLOSED;
    }

    /** Whether all of a state has come. */
    boolean isComplete() {
        return stage == Stage.COMPLETE;
    }

    /** The state of the ports, once complete. */
    MemorySegment portStates() {
        return portStates;
    }

    /**
     * Takes the next bytes.
     *
     * @throws RefusedException if they are not those of a state
     */
    void write(MemorySegment from, long offset, long length) {
        try {
            long at = offset;
            while (at < offset + length) {
                at += take(from, at, offset + length - at);
            }
        } catch (RefusedException e) {
            stage = Stage.CLOSED;
            throw e;
        }
    }

    private long take(MemorySegment from, long at, long available) {
        if (stage == Stage.CLOSED || stage == Stage.COMPLETE) {
            throw wrong("no more bytes", available);
        }
        if (patternLeft > 0) {
            return takePattern(from, at, available);
        }
        long wanted =
                filled < StateFormat.RECORD_HEADER
                        ? StateFormat.RECORD_HEADER - filled
                        : StateFormat.RECORD_HEADER + contentLength() - filled;
        long length = Math.min(wanted, available);
        MemorySegment.copy(from, at, record, filled, length);
        filled += length;
        if (length == wanted) {
            filledUp();
        }
        return length;
    }

    private long takePattern(MemorySegment from, long at, long available) {
        long length = Math.min(Math.min(available, patternLeft), Pattern.MAXIMUM_PIECE);
        if (!pattern.matches(patternPosition, from, at, length)) {
            throw wrong("the pattern", patternPosition);
        }
        patternPosition += length;
        patternLeft -= length;
        return length;
    }

    /** A record's header or its content is whole. */
    private void filledUp() {
        if (filled == StateFormat.RECORD_HEADER) {
            requireHeader();
            if (kind() == StateFormat.PATTERN) {
                patternLeft = contentLength();
                filled = 0;
                return;
            }
            if (contentLength() > 0) {
                return;
            }
        }
        filled = 0;
        finishRecord();
    }

    private void requireHeader() {
        long expected =
                switch (kind()) {
                    case StateFormat.HEADER -> StateFormat.HEADER_SIZE;
                    case StateFormat.PATTERN -> Math.max(0, contentLength());
                    case StateFormat.PORTS -> portStates.byteSize();
                    case StateFormat.END -> 0;
                    default -> throw wrong("a record's kind", kind());
                };
        if (contentLength() != expected) {
            throw wrong("length=" + expected + " of record=" + kind(), contentLength());
        }
        boolean inPlace =
                switch (kind()) {
                    case StateFormat.HEADER -> stage == Stage.WANTS_HEADER;
                    case StateFormat.END -> stage == Stage.WANTS_END;
                    default -> stage == Stage.WANTS_STATE;
                };
        if (!inPlace) {
            throw wrong("another record", kind());
        }
    }

    private void finishRecord() {
        switch (kind()) {
            case StateFormat.HEADER -> {
                requireOurs();
                stage = Stage.WANTS_STATE;
            }
            case StateFormat.PORTS -> {
                portStates.copyFrom(
                        record.asSlice(StateFormat.RECORD_HEADER, portStates.byteSize()));
                stage = Stage.WANTS_END;
            }
            default -> stage = Stage.COMPLETE;
        }
    }

    private void requireOurs() {
        long content = StateFormat.RECORD_HEADER;
        long magic = record.get(JAVA_LONG, content);
        int version = record.get(JAVA_INT, content + StateFormat.HEADER_VERSION);
        int portCount = record.get(JAVA_INT, content + StateFormat.HEADER_PORTS);
        if (magic != StateFormat.MAGIC) {
            throw wrong("the magic number", magic);
        }
        if (version != StateFormat.VERSION) {
            throw wrong("version=" + StateFormat.VERSION, version);
        }
        if (portCount != ports) {
            throw wrong("ports=" + ports, portCount);
        }
    }

    private int kind() {
        return record.get(JAVA_INT, StateFormat.KIND);
    }

    private long contentLength() {
        return record.get(JAVA_LONG, StateFormat.LENGTH);
    }

    private static RefusedException wrong(String expected, long value) {
        return new RefusedException(
                Errno.EINVAL,
                "Not the state of this device: expected=%s value=%#x".formatted(expected, value));
    }
}
