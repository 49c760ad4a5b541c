package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Ours: what the destination says of a hand-over, about one attempt of one session. The source's
 * words are {@link VmCommand.Handover}.
 */
public sealed interface HandoverMessage extends ReturnPathMessage {
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

    /**
     * Gets a message whose head has been read, from a peer that has proved to be ours.
     *
     * @param in the return path, at the payload
     * @param type the message's type
     * @param length bytes of the payload, within the peer's limit
     * @return the message
     * @throws StreamFormatException if the type is unknown, or the payload is wrong
     */
    static HandoverMessage decode(StreamReader in, int type, int length) {
        return switch (type) {
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
     * All is loaded, and the guest would run if it were told to.
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
            implements HandoverMessage {
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
     * The guest is the destination's.
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
            implements HandoverMessage {
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
     * This destination will never start the guest, and never did.
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
    record Dropped(SessionId id, int attempt, boolean expired, String cause)
            implements HandoverMessage {
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
     * The limit was exceeded at this destination, which reads on and forgets what comes until the
     * source's ABORT.
     *
     * <pre>
     *   u16 0x4A04, u16 length, 16 bytes session, u32 attempt, u16 n, cause
     * </pre>
     *
     * @param id the session
     * @param attempt the attempt, not negative
     * @param cause in what, for people; cut and cleaned as in {@link Dropped}
     */
    record Expired(SessionId id, int attempt, String cause) implements HandoverMessage {
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

    /** A word of the hand-over that says no more than which attempt it is about. */
    sealed interface Plain extends HandoverMessage {
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
     * This destination has forgotten the attempt but for the RAM, and waits for the next.
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
     * This process has never had the session that was asked for. It says nothing about an earlier
     * process at the same address.
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
     * This destination is alive, whatever it is busy with. Said again and again during a
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
