package io.jvmm.migration;

import io.jvmm.migration.admission.LinkSource;

/**
 * What the destination has confirmed of what was written. A round ends with a PING; its PONG says
 * that everything before it was taken in, how fast, and after what round trip. Nobody waits for a
 * PONG: it is looked for at the end of a later round.
 *
 * <pre>
 *   migration thread   begin ─ writes ─ PING(cookie) ─ … ─ take
 *   return path                              PONG(cookie) ─ heard
 * </pre>
 *
 * <p>The link was busy with a round from when its first byte could arrive, or from when the round
 * before was confirmed, to its own PONG. PONGs come in the order of the PINGs; any other is not
 * heard. No allocation.
 */
final class RoundConfirmations {
    private static final int COOKIE = 0x524E_0000;
    private static final int COOKIE_MASK = 0xffff_0000;

    /** How many PINGs may be unanswered. */
    private static final int CAPACITY = 16;

    private static final int MASK = CAPACITY - 1;

    /** Fewer bytes are not worth a PING of their own, unless one is due. */
    private static final long WORTH_BYTES = 256 << 10;

    private static final long DUE_NANOS = 10_000_000;

    private final Bandwidth bandwidth;
    private final long[] begins = new long[CAPACITY];
    private final long[] pings = new long[CAPACITY];
    private final long[] positions = new long[CAPACITY];
    private final long[] pongs = new long[CAPACITY];
    private final MovingMean roundTrip = new MovingMean();
    private long taken;
    private long confirmed;
    private long pinged;
    private long lastPing;
    private long lastPong;
    private long leastRoundTrip = Long.MAX_VALUE;
    private boolean open;
    private long begin;
    private volatile long sent;
    private volatile long heard;

    /**
     * Creates the confirmations of one connection.
     *
     * @param bandwidth is told how fast each round went
     * @param position up to where the destination has confirmed the stream by other means
     * @param nowNanos the time
     */
    RoundConfirmations(Bandwidth bandwidth, long position, long nowNanos) {
        this.bandwidth = bandwidth;
        confirmed = position;
        pinged = position;
        lastPing = nowNanos;
        lastPong = nowNanos;
    }

    /** Whether an answer is one to a round's PING, and nobody else's. */
    static boolean isOfRound(int cookie) {
        return (cookie & COOKIE_MASK) == COOKIE;
    }

    /** A round begins. */
    void begin(long nowNanos) {
        if (!open) {
            begin = nowNanos;
            open = true;
        }
    }

    /** Whether the round that ended here should be followed by a PING. */
    boolean isPingDue(long position, long nowNanos) {
        return sent - taken < CAPACITY
                && position > pinged
                && (position - pinged >= WORTH_BYTES || nowNanos - lastPing >= DUE_NANOS);
    }

    /** The cookie for the next PING. */
    int nextCookie() {
        return COOKIE | (int) ((sent + 1) & ~COOKIE_MASK);
    }

    /**
     * A PING with {@link #nextCookie} is on its way.
     *
     * @param position of the stream behind it
     */
    void pinged(long position, long nowNanos) {
        long next = sent + 1;
        int slot = (int) next & MASK;
        begins[slot] = begin;
        pings[slot] = nowNanos;
        positions[slot] = position;
        pinged = position;
        lastPing = nowNanos;
        open = false;
        sent = next;
    }

    /** A PONG came. Return-path thread. */
    void heard(int cookie, long nowNanos) {
        long next = heard + 1;
        if (next <= sent && cookie == (COOKIE | (int) (next & ~COOKIE_MASK))) {
            pongs[(int) next & MASK] = nowNanos;
            heard = next;
        }
    }

    /** Takes in what was confirmed since the last call. Migration thread. */
    void take() {
        long until = heard;
        while (taken < until) {
            taken++;
            take((int) taken & MASK);
        }
    }

    private void take(int slot) {
        long pong = pongs[slot];
        long bytes = positions[slot] - confirmed;
        long trip = pong - pings[slot];
        leastRoundTrip = Math.min(leastRoundTrip, trip);
        if (lastPong <= pings[slot]) {
            roundTrip.add((double) Math.max(0, trip - queueNanos(bytes)));
        }
        bandwidth.confirmed(pong - busySince(slot, bytes), bytes);
        confirmed = positions[slot];
        lastPong = pong;
    }

    /** A round trip is a small part of the time of many bytes, and no part of the link's time. */
    private long busySince(int slot, long bytes) {
        return bytes < Bandwidth.TELLING_BYTES
                ? begins[slot]
                : Math.max(begins[slot] + leastRoundTrip, lastPong);
    }

    /** How long the bytes before a PING keep it waiting, when nothing else is on its way. */
    private long queueNanos(long bytes) {
        return bandwidth.source() == LinkSource.UNKNOWN ? 0 : bandwidth.meanNanosFor(bytes);
    }

    /** What was written up to {@code position} and has not been confirmed. */
    long unconfirmed(long position) {
        return position - confirmed;
    }

    /** From a PING to its PONG, less what was before it in the queue; 0 while unknown. */
    long roundTripNanos() {
        return (long) roundTrip.mean();
    }

    /** How much longer the round trip may be. */
    long roundTripMarginNanos() {
        return (long) roundTrip.margin();
    }
}
