package io.jvmm.fault;

/**
 * A message of the switchover, by the first bytes that it has on the wire. What bears the same
 * bytes inside of a page is taken for it, too: for a fault that does no harm.
 */
public enum Message {
    /** The session is opened. */
    SESSION(Direction.FORWARD, 0x4A01, 25),
    /** The limit and the downtime so far: the guest has stopped. */
    SOURCE_DOWNTIME(Direction.FORWARD, 0x08_000B_0010L, 0xFF_FFFF_FFFFL, 5, 21),
    /** The end of the records and the VM description; known by the last section's footer, too. */
    END_OF_STREAM(Direction.FORWARD, 0x7E000000_00_000600L, 0xFFFFFFFF_00_FFFFFFL, 3, 6),
    /** The start order. */
    GO(Direction.FORWARD, 0x4A02, 25),
    /** The attempt is over. */
    ABORT(Direction.FORWARD, 0x4A03, 25),
    /** How does it stand? Over a new connection. */
    QUERY(Direction.FORWARD, 0x4A04, 25),
    /** The outcome is known at the source. */
    DONE(Direction.FORWARD, 0x4A05, 25),
    /** Everything is loaded. */
    READY(Direction.BACKWARD, 0x4A01, 34),
    /** The guest runs at the destination. */
    STARTED(Direction.BACKWARD, 0x4A02, 33),
    /** The destination has given up. */
    DROPPED(Direction.BACKWARD, 0x4A03, 28),
    /** The limit was exceeded at the destination. */
    EXPIRED(Direction.BACKWARD, 0x4A04, 28),
    /** The destination is ready for another attempt. */
    ROLLED_BACK(Direction.BACKWARD, 0x4A05, 24),
    /** The destination knows nothing of this session. */
    NO_SUCH_SESSION(Direction.BACKWARD, 0x4A06, 24),
    /** The destination is alive. */
    HEARTBEAT(Direction.BACKWARD, 0x4A07, 24);

    private final Direction direction;
    private final long head;
    private final long mask;
    private final int headLength;
    private final int length;

    /**
     * One of ours: a command with a payload of 20 bytes, or an answer, of whose length, below 16
     * KiB, only the highest bits are known.
     */
    Message(Direction direction, int number, int length) {
        this(
                direction,
                direction == Direction.FORWARD
                        ? 0x08_0000_0014L | (long) number << 16
                        : number << 8,
                direction == Direction.FORWARD ? 0xFF_FFFF_FFFFL : 0xFFFF_C0L,
                direction == Direction.FORWARD ? 5 : 3,
                length);
    }

    Message(Direction direction, long head, long mask, int headLength, int length) {
        this.direction = direction;
        this.head = head;
        this.mask = mask;
        this.headLength = headLength;
        this.length = length;
    }

    /**
     * Which way it goes.
     *
     * @return its direction
     */
    public Direction direction() {
        return direction;
    }

    /**
     * How long it is.
     *
     * @return bytes; of one whose length varies, the least
     */
    public int length() {
        return length;
    }

    int headLength() {
        return headLength;
    }

    /** Whether the last bytes of a stream are the head of this message. */
    boolean endsWithHead(long lastEightBytes) {
        return (lastEightBytes & mask) == head;
    }
}
