package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A message from the destination to the source ("Return path" of QEMU's stream format).
 *
 * <pre>
 *   u16  type
 *   u16  n, at most {@link PeerKind#payloadLimit()}
 *   n    payload
 * </pre>
 *
 * Types 5 and 6 (postcopy recovery) are known and refused. Types from 0x4A01 up are ours and known
 * only on a connection to a peer that has proved to be ours.
 */
public sealed interface ReturnPathMessage {
    /**
     * The message's type.
     *
     * @return 1 to 65535
     */
    int type();

    /**
     * How long the payload is.
     *
     * @return bytes
     */
    int payloadLength();

    /**
     * Puts the payload.
     *
     * @param out the return path
     */
    void encodePayload(StreamWriter out);

    /**
     * Puts the message.
     *
     * @param out the return path
     */
    default void encode(StreamWriter out) {
        out.putU16(type());
        out.putU16(payloadLength());
        encodePayload(out);
    }

    /**
     * Gets a message.
     *
     * @param in the return path
     * @param peer who is at the other end: what it may send, and how long
     * @return the message
     * @throws StreamFormatException if the type is unknown or not supported, or the payload is
     *     wrong
     */
    static ReturnPathMessage decode(StreamReader in, PeerKind peer) {
        long position = in.position();
        int type = in.getU16();
        int length = in.getU16();
        if (length > peer.payloadLimit()) {
            throw new StreamFormatException(
                    "Payload above the limit: type="
                            + type
                            + " length="
                            + length
                            + " limit="
                            + peer.payloadLimit(),
                    position + 2);
        }
        return switch (type) {
            case Shut.TYPE -> Shut.decode(new PayloadReader(in, "SHUT", length));
            case Pong.TYPE -> Pong.decode(new PayloadReader(in, "PONG", length));
            case RequestBlockPages.TYPE ->
                    RequestBlockPages.decode(new PayloadReader(in, "REQ_PAGES_ID", length));
            case RequestPages.TYPE ->
                    RequestPages.decode(new PayloadReader(in, "REQ_PAGES", length));
            case SwitchoverAck.TYPE -> {
                new PayloadReader(in, "SWITCHOVER_ACK", length).exactly(0);
                yield new SwitchoverAck();
            }
            case 5, 6 ->
                    throw new StreamFormatException(
                            "This return-path message is not supported: type=" + type, position);
            default -> decodePrivate(in, peer, type, length);
        };
    }

    private static ReturnPathMessage decodePrivate(
            StreamReader in, PeerKind peer, int type, int length) {
        int known = peer == PeerKind.JVMM ? type : 0;
        return switch (known) {
            case Ready.TYPE -> Ready.decode(new PayloadReader(in, "READY", length));
            case Started.TYPE -> Started.decode(new PayloadReader(in, "STARTED", length));
            case Dropped.TYPE -> Dropped.decode(new PayloadReader(in, "DROPPED", length));
            case Expired.TYPE -> Expired.decode(new PayloadReader(in, "EXPIRED", length));
            case RolledBack.TYPE -> RolledBack.decode(new PayloadReader(in, "ROLLED_BACK", length));
            case NoSuchSession.TYPE ->
                    NoSuchSession.decode(new PayloadReader(in, "NO_SUCH_SESSION", length));
            case Heartbeat.TYPE -> Heartbeat.decode(new PayloadReader(in, "HEARTBEAT", length));
            default ->
                    throw new StreamFormatException(
                            "Unknown return-path message: type=" + type, in.position() - 4);
        };
    }

    /**
     * The last message: how the load ended.
     *
     * <pre>
     *   u16 1, u16 4, u32 value
     * </pre>
     *
     * @param value 0 = all well, other = error
     */
    record Shut(int value) implements ReturnPathMessage {
        private static final int TYPE = 1;

        private static Shut decode(PayloadReader payload) {
            return new Shut((int) payload.exactly(4).getU32());
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return 4;
        }

        @Override
        public void encodePayload(StreamWriter out) {
            out.putU32(value);
        }
    }

    /**
     * The answer to a PING.
     *
     * <pre>
     *   u16 2, u16 4, u32 cookie
     * </pre>
     *
     * @param cookie the PING's, or our answer to the {@link PeerProbe}
     */
    record Pong(int cookie) implements ReturnPathMessage {
        private static final int TYPE = 2;

        private static Pong decode(PayloadReader payload) {
            return new Pong((int) payload.exactly(4).getU32());
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return 4;
        }

        @Override
        public void encodePayload(StreamWriter out) {
            out.putU32(cookie);
        }
    }

    /**
     * The destination waits for pages of a block (postcopy).
     *
     * <pre>
     *   u16 3, u16 13+n, u64 offset, u32 length, u8 n, block name
     * </pre>
     *
     * @param block the block's name
     * @param offset first byte in the block
     * @param length bytes, not negative
     */
    record RequestBlockPages(String block, long offset, int length) implements ReturnPathMessage {
        private static final int TYPE = 3;

        /** Checks the signs. */
        public RequestBlockPages {
            Check.notNegative("offset", offset);
            Check.notNegative("length", length);
        }

        private static RequestBlockPages decode(PayloadReader payload) {
            long offset = payload.getCount63("offset");
            int length = payload.getCount31("length");
            String block = payload.getString(payload.getU8());
            payload.end();
            return new RequestBlockPages(block, offset, length);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return 13 + block.length();
        }

        @Override
        public void encodePayload(StreamWriter out) {
            out.putU64(offset);
            out.putU32(length);
            out.putCountedString(block);
        }
    }

    /**
     * The destination waits for pages of the block of its last request (postcopy).
     *
     * <pre>
     *   u16 4, u16 12, u64 offset, u32 length
     * </pre>
     *
     * @param offset first byte in the block
     * @param length bytes, not negative
     */
    record RequestPages(long offset, int length) implements ReturnPathMessage {
        private static final int TYPE = 4;

        /** Checks the signs. */
        public RequestPages {
            Check.notNegative("offset", offset);
            Check.notNegative("length", length);
        }

        private static RequestPages decode(PayloadReader payload) {
            payload.exactly(12);
            return new RequestPages(payload.getCount63("offset"), payload.getCount31("length"));
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return 12;
        }

        @Override
        public void encodePayload(StreamWriter out) {
            out.putU64(offset);
            out.putU32(length);
        }
    }

    /**
     * The destination's devices agree to the switchover. QEMU 8.1 and later.
     *
     * <pre>
     *   u16 7, u16 0
     * </pre>
     */
    record SwitchoverAck() implements ReturnPathMessage {
        private static final int TYPE = 7;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return 0;
        }

        @Override
        public void encodePayload(StreamWriter out) {}
    }

    /** Ours: a word of the hand-over, about one attempt of one session. */
    sealed interface Handover extends ReturnPathMessage {
        /**
         * The session: the secret that only the two sides know.
         *
         * @return the id
         */
        SessionId id();

        /**
         * Which attempt the word is about.
         *
         * @return counted from 1
         */
        int attempt();
    }

    /**
     * Ours: all is loaded, and the guest would run if it were told to.
     *
     * <pre>
     *   u16 0x4A01, u16 length, 16 bytes session, u32 attempt, u64 load time in ns,
     *   u16 count, count × (u8 n, block name, u64 hash),
     *   {@link PhaseTime list of phases}
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt, not negative
     * @param loadNanos from the first END or FULL section to here, not negative
     * @param hashes a hash of each RAM block, empty unless the session asked for it
     * @param phases what the load time went into, {@linkplain PhaseTime#fit made to fit}
     */
    record Ready(
            SessionId id,
            int attempt,
            long loadNanos,
            List<BlockHash> hashes,
            List<PhaseTime> phases)
            implements Handover {
        private static final int TYPE = 0x4A01;

        /** Copies the lists and checks the sizes. */
        public Ready {
            Check.notNegative("attempt", attempt);
            Check.notNegative("loadNanos", loadNanos);
            Check.fits(phases);
            hashes = List.copyOf(hashes);
            phases = List.copyOf(phases);
            if (payloadLength(hashes, phases) > PeerKind.JVMM.payloadLimit()) {
                throw new IllegalArgumentException("Too many hashes: count=" + hashes.size());
            }
        }

        private static Ready decode(PayloadReader payload) {
            SessionId id = payload.getSessionId();
            int attempt = payload.getCount31("attempt");
            long loadNanos = payload.getCount63("loadNanos");
            int count = payload.getU16();
            List<BlockHash> hashes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                hashes.add(new BlockHash(payload.getString(payload.getU8()), payload.getU64()));
            }
            List<PhaseTime> phases = PhaseTime.decode(payload);
            payload.end();
            return new Ready(id, attempt, loadNanos, hashes, phases);
        }

        private static int payloadLength(List<BlockHash> hashes, List<PhaseTime> phases) {
            int length = SessionId.BYTES + 4 + 8 + 2 + PhaseTime.bytes(phases);
            for (BlockHash hash : hashes) {
                length += 1 + hash.block().length() + 8;
            }
            return length;
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return payloadLength(hashes, phases);
        }

        @Override
        public void encodePayload(StreamWriter out) {
            id.encode(out);
            out.putU32(attempt);
            out.putU64(loadNanos);
            out.putU16(hashes.size());
            for (int i = 0; i < hashes.size(); i++) {
                out.putCountedString(hashes.get(i).block());
                out.putU64(hashes.get(i).hash());
            }
            PhaseTime.encode(phases, out);
        }
    }

    /**
     * Ours: the guest is the destination's.
     *
     * <pre>
     *   u16 0x4A02, u16 length, 16 bytes session, u32 attempt, u8 running, u64 start time in ns,
     *   {@link PhaseTime list of phases}
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt, not negative
     * @param running whether the guest runs, or is paused as it was before
     * @param startNanos from the receipt of GO until the last vCPU was entered, not negative
     * @param phases what the start went into, {@linkplain PhaseTime#fit made to fit}
     */
    record Started(
            SessionId id, int attempt, boolean running, long startNanos, List<PhaseTime> phases)
            implements Handover {
        private static final int TYPE = 0x4A02;

        /** Copies the list and checks the signs. */
        public Started {
            Check.notNegative("attempt", attempt);
            Check.notNegative("startNanos", startNanos);
            Check.fits(phases);
            phases = List.copyOf(phases);
        }

        private static Started decode(PayloadReader payload) {
            SessionId id = payload.getSessionId();
            int attempt = payload.getCount31("attempt");
            int running = payload.getU8();
            if (running > 1) {
                throw payload.outOfRange("running", running, 1);
            }
            long startNanos = payload.getCount63("startNanos");
            List<PhaseTime> phases = PhaseTime.decode(payload);
            payload.end();
            return new Started(id, attempt, running == 1, startNanos, phases);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return SessionId.BYTES + 13 + PhaseTime.bytes(phases);
        }

        @Override
        public void encodePayload(StreamWriter out) {
            id.encode(out);
            out.putU32(attempt);
            out.putU8(running ? 1 : 0);
            out.putU64(startNanos);
            PhaseTime.encode(phases, out);
        }
    }

    /**
     * Ours: this destination will never start the guest, and never did.
     *
     * <pre>
     *   u16 0x4A03, u16 length, 16 bytes session, u32 attempt, u8 expired, u16 n, cause
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt, not negative
     * @param expired whether the limit was exceeded here; false = any other reason
     * @param cause why, for people; cut to 1024 characters, what is not printable ASCII becomes '?'
     */
    record Dropped(SessionId id, int attempt, boolean expired, String cause) implements Handover {
        private static final int TYPE = 0x4A03;

        /** Makes the cause fit for the wire. */
        public Dropped {
            Check.notNegative("attempt", attempt);
            cause = Cause.fit(cause);
        }

        private static Dropped decode(PayloadReader payload) {
            SessionId id = payload.getSessionId();
            int attempt = payload.getCount31("attempt");
            int expired = payload.getU8();
            if (expired > 1) {
                throw payload.outOfRange("expired", expired, 1);
            }
            String cause = Cause.get(payload);
            payload.end();
            return new Dropped(id, attempt, expired == 1, cause);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return SessionId.BYTES + 4 + 1 + Cause.length(cause);
        }

        @Override
        public void encodePayload(StreamWriter out) {
            id.encode(out);
            out.putU32(attempt);
            out.putU8(expired ? 1 : 0);
            Cause.put(out, cause);
        }
    }

    /**
     * Ours: the limit was exceeded at this destination, which reads on and forgets what comes until
     * the source's ABORT.
     *
     * <pre>
     *   u16 0x4A04, u16 length, 16 bytes session, u32 attempt, u16 n, cause
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt, not negative
     * @param cause in what, for people; cut and cleaned as in {@link Dropped}
     */
    record Expired(SessionId id, int attempt, String cause) implements Handover {
        private static final int TYPE = 0x4A04;

        /** Makes the cause fit for the wire. */
        public Expired {
            Check.notNegative("attempt", attempt);
            cause = Cause.fit(cause);
        }

        private static Expired decode(PayloadReader payload) {
            SessionId id = payload.getSessionId();
            int attempt = payload.getCount31("attempt");
            String cause = Cause.get(payload);
            payload.end();
            return new Expired(id, attempt, cause);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public int payloadLength() {
            return SessionId.BYTES + 4 + Cause.length(cause);
        }

        @Override
        public void encodePayload(StreamWriter out) {
            id.encode(out);
            out.putU32(attempt);
            Cause.put(out, cause);
        }
    }

    /** Ours: a word of the hand-over that says no more than which attempt it is about. */
    sealed interface Plain extends Handover {
        /** Bytes of the payload. */
        int LENGTH = SessionId.BYTES + 4;

        @Override
        default int payloadLength() {
            return LENGTH;
        }

        @Override
        default void encodePayload(StreamWriter out) {
            id().encode(out);
            out.putU32(attempt());
        }
    }

    /**
     * Ours: this destination has forgotten the attempt but for the RAM, and waits for the next.
     *
     * <pre>
     *   u16 0x4A05, u16 20, 16 bytes session, u32 attempt
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt that was forgotten, not negative
     */
    record RolledBack(SessionId id, int attempt) implements Plain {
        private static final int TYPE = 0x4A05;

        /** Checks the sign. */
        public RolledBack {
            Check.notNegative("attempt", attempt);
        }

        private static RolledBack decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new RolledBack(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Ours: this process has never had the session that was asked for. It says nothing about an
     * earlier process at the same address.
     *
     * <pre>
     *   u16 0x4A06, u16 20, 16 bytes session, u32 attempt
     * </pre>
     *
     * @param id the session as it was asked for
     * @param attempt the attempt as it was asked for, not negative
     */
    record NoSuchSession(SessionId id, int attempt) implements Plain {
        private static final int TYPE = 0x4A06;

        /** Checks the sign. */
        public NoSuchSession {
            Check.notNegative("attempt", attempt);
        }

        private static NoSuchSession decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new NoSuchSession(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Ours: this destination is alive, whatever it is busy with. Said again and again during a
     * switchover, so that a link that has died without a word is noticed.
     *
     * <pre>
     *   u16 0x4A07, u16 20, 16 bytes session, u32 attempt
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt, not negative
     */
    record Heartbeat(SessionId id, int attempt) implements Plain {
        private static final int TYPE = 0x4A07;

        /** Checks the sign. */
        public Heartbeat {
            Check.notNegative("attempt", attempt);
        }

        private static Heartbeat decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new Heartbeat(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int type() {
            return TYPE;
        }
    }
}
