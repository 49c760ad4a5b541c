package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/**
 * Gives a device's state piece by piece, each where it lies in memory: the pattern is not copied.
 *
 * <p>One thread.
 */
final class StateSource {
    private final Pattern pattern;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long patternPosition;
    private long given;
    private long limit;
    private MemorySegment memory;
    private long offset;

    /** What is still to be given: these bytes, or so many of the pattern. */
    private static final class Piece {
        private final MemorySegment bytes;
        private final boolean patterned;
        private long at;
        private long left;

        private Piece(MemorySegment bytes, boolean patterned, long left) {
            this.bytes = bytes;
            this.patterned = patterned;
            this.left = left;
        }
    }

    StateSource(Pattern pattern) {
        this.pattern = pattern;
        memory = pattern.block();
    }

    /** Begins a stream. */
    void begin(DeviceProgram program, int ports) {
        end();
        limit = program.cutAfter().orElse(Long.MAX_VALUE);
        MemorySegment header = record(StateFormat.HEADER, StateFormat.HEADER_SIZE);
        long content = StateFormat.RECORD_HEADER;
        long magic = StateFormat.MAGIC;
        header.set(JAVA_LONG, content, program.has(DataFault.BAD_HEADER) ? ~magic : magic);
        header.set(JAVA_INT, content + StateFormat.HEADER_VERSION, StateFormat.VERSION);
        header.set(JAVA_INT, content + StateFormat.HEADER_PORTS, ports);
        add(header);
    }

    /** Adds what the device gives while it runs. */
    void addPrecopy(Precopy precopy) {
        addPattern(precopy.initialBytes());
        addPattern(precopy.dirtyBytes());
    }

    /** Adds what it gives once it has stopped, to the end. */
    void addFinal(long stateSize, PciUart uart) {
        addPattern(stateSize);
        MemorySegment ports =
                record(StateFormat.PORTS, (long) uart.portCount() * UartPort.STATE_SIZE);
        uart.save(ports, StateFormat.RECORD_HEADER);
        add(ports);
        add(record(StateFormat.END, 0));
    }

    private void addPattern(long length) {
        if (length > 0) {
            MemorySegment header = Arena.ofAuto().allocate(StateFormat.RECORD_HEADER, Long.BYTES);
            fillHeader(header, StateFormat.PATTERN, length);
            add(header);
            pieces.add(new Piece(pattern.block(), true, length));
        }
    }

    private void add(MemorySegment bytes) {
        pieces.add(new Piece(bytes, false, bytes.byteSize()));
    }

    private static MemorySegment record(int kind, long contentLength) {
        MemorySegment record =
                Arena.ofAuto().allocate(StateFormat.RECORD_HEADER + contentLength, Long.BYTES);
        fillHeader(record, kind, contentLength);
        return record;
    }

    private static void fillHeader(MemorySegment record, int kind, long contentLength) {
        record.set(JAVA_INT, StateFormat.KIND, kind);
        record.set(JAVA_LONG, StateFormat.LENGTH, contentLength);
    }

    /**
     * Takes the next piece out: {@link #memory} from {@link #offset} on.
     *
     * @return its length, at most what is wanted; 0 if there is nothing now
     */
    long next(long wanted) {
        Piece piece = pieces.peek();
        if (piece == null || given >= limit) {
            return 0;
        }
        long length = Math.min(Math.min(wanted, piece.left), limit - given);
        if (piece.patterned) {
            length = Math.min(length, Pattern.MAXIMUM_PIECE);
            offset = pattern.offset(patternPosition);
            patternPosition += length;
        } else {
            offset = piece.at;
        }
        memory = piece.bytes;
        piece.at += length;
        piece.left -= length;
        given += length;
        if (piece.left == 0) {
            pieces.remove();
        }
        return length;
    }

    MemorySegment memory() {
        return memory;
    }

    long offset() {
        return offset;
    }

    /** Bytes that are still to be given. */
    long left() {
        long left = 0;
        for (Piece piece : pieces) {
            left += piece.left;
        }
        return left;
    }

    /** Ends the stream, wherever it is. */
    void end() {
        pieces.clear();
        patternPosition = 0;
        given = 0;
    }
}
