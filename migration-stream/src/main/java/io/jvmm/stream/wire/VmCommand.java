package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * A command from the source to the destination ("Commands" of QEMU's stream format).
 *
 * <pre>
 *   u16  number
 *   u16  n
 *   n    payload
 * </pre>
 *
 * Number 11 has two meanings, told apart by the length: 0 is {@link SwitchoverStart} of QEMU 10.0,
 * 16 is {@link SendSourceDowntime} of the downtime proposal of 2024. Numbers 3 to 10 (postcopy,
 * COLO) are known and refused. Numbers from 0x4A01 up are ours.
 */
public sealed interface VmCommand {
    /**
     * The command's number.
     *
     * @return 1 to 65535
     */
    int number();

    /**
     * How long the payload is.
     *
     * @return bytes
     */
    int payloadLength();

    /**
     * Puts the payload. Allocates nothing.
     *
     * @param out the stream
     */
    void encodePayload(StreamWriter out);

    /**
     * Puts the command. Allocates nothing.
     *
     * @param out the stream, after the record's type byte
     */
    default void encode(StreamWriter out) {
        out.putU16(number());
        out.putU16(payloadLength());
        encodePayload(out);
    }

    /**
     * Gets a command.
     *
     * @param in the stream, after the record's type byte
     * @return the command
     * @throws StreamFormatException if the number is unknown or not supported, or the payload is
     *     wrong
     */
    static VmCommand decode(StreamReader in) {
        long position = in.position();
        int number = in.getU16();
        int length = in.getU16();
        return switch (number) {
            case OpenReturnPath.NUMBER -> {
                new PayloadReader(in, "OPEN_RETURN_PATH", length).exactly(0);
                yield new OpenReturnPath();
            }
            case Ping.NUMBER -> Ping.decode(new PayloadReader(in, "PING", length));
            case SwitchoverStart.NUMBER -> decodeEleven(in, length);
            case Session.NUMBER -> Session.decode(new PayloadReader(in, "SESSION", length));
            case Go.NUMBER -> Go.decode(new PayloadReader(in, "GO", length));
            case Abort.NUMBER -> Abort.decode(new PayloadReader(in, "ABORT", length));
            case Query.NUMBER -> Query.decode(new PayloadReader(in, "QUERY", length));
            case Done.NUMBER -> Done.decode(new PayloadReader(in, "DONE", length));
            case 3, 4, 5, 6, 7, 8, 9, 10 ->
                    throw new StreamFormatException(
                            "This command is not supported: number=" + number, position);
            default ->
                    throw new StreamFormatException("Unknown command: number=" + number, position);
        };
    }

    private static VmCommand decodeEleven(StreamReader in, int length) {
        return length == 0
                ? new SwitchoverStart()
                : SendSourceDowntime.decode(new PayloadReader(in, "SEND_SRC_DOWNTIME", length));
    }

    /**
     * The destination may send on the return path from now on.
     *
     * <pre>
     *   u16 1, u16 0
     * </pre>
     */
    record OpenReturnPath() implements VmCommand {
        private static final int NUMBER = 1;

        @Override
        public int number() {
            return NUMBER;
        }

        @Override
        public int payloadLength() {
            return 0;
        }

        @Override
        public void encodePayload(StreamWriter out) {}
    }

    /**
     * The destination answers with a PONG.
     *
     * <pre>
     *   u16 2, u16 4, u32 cookie
     * </pre>
     *
     * @param cookie any 32 bits
     */
    record Ping(int cookie) implements VmCommand {
        private static final int NUMBER = 2;

        private static Ping decode(PayloadReader payload) {
            return new Ping((int) payload.exactly(4).getU32());
        }

        @Override
        public int number() {
            return NUMBER;
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
     * The source's guest has stopped; ENDs follow. QEMU 10.0 and later.
     *
     * <pre>
     *   u16 11, u16 0
     * </pre>
     */
    record SwitchoverStart() implements VmCommand {
        private static final int NUMBER = 11;

        @Override
        public int number() {
            return NUMBER;
        }

        @Override
        public int payloadLength() {
            return 0;
        }

        @Override
        public void encodePayload(StreamWriter out) {}
    }

    /**
     * How long the guest may be down, and has been. Only to a peer that has proved to be ours.
     *
     * <pre>
     *   u16 11, u16 16, u64 limit in ms, u64 downtime so far in ms
     * </pre>
     *
     * @param limitMillis downtime limit plus switchover limit, not negative
     * @param downtimeMillis from the stop until this command was put, not negative
     */
    record SendSourceDowntime(long limitMillis, long downtimeMillis) implements VmCommand {
        private static final int NUMBER = 11;
        private static final int LENGTH = 16;

        /** Checks the signs. */
        public SendSourceDowntime {
            Check.notNegative("limitMillis", limitMillis);
            Check.notNegative("downtimeMillis", downtimeMillis);
        }

        /**
         * Puts the whole record, its type byte included, without an object: the downtime is known
         * only when nothing may be allocated any more.
         *
         * @param out the stream, between two records
         * @param limitMillis as above
         * @param downtimeMillis as above
         */
        public static void encodeRecord(StreamWriter out, long limitMillis, long downtimeMillis) {
            out.putU8(SectionType.COMMAND.code());
            out.putU16(NUMBER);
            out.putU16(LENGTH);
            out.putU64(limitMillis);
            out.putU64(downtimeMillis);
        }

        private static SendSourceDowntime decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new SendSourceDowntime(
                    payload.getCount63("limit"), payload.getCount63("downtime"));
        }

        @Override
        public int number() {
            return NUMBER;
        }

        @Override
        public int payloadLength() {
            return LENGTH;
        }

        @Override
        public void encodePayload(StreamWriter out) {
            out.putU64(limitMillis);
            out.putU64(downtimeMillis);
        }
    }

    /**
     * Ours: from here on both sides follow the hand-over protocol, and the guest starts at the
     * destination only after {@link Go}.
     *
     * <pre>
     *   u16 0x4A01, u16 20, 16 bytes session, u32 flags
     * </pre>
     *
     * @param id the secret of this migration
     * @param flags 0, or the sum of {@link #SEND_RAM_HASHES} and {@link #MAY_RETRY}
     */
    record Session(SessionId id, int flags) implements VmCommand {
        /** The destination puts a hash of each RAM block into READY; for tests. */
        public static final int SEND_RAM_HASHES = 1;

        /** An attempt that is aborted for its limit may be followed by another. */
        public static final int MAY_RETRY = 2;

        private static final int KNOWN = SEND_RAM_HASHES | MAY_RETRY;
        private static final int NUMBER = 0x4A01;
        private static final int LENGTH = SessionId.BYTES + 4;

        /** Checks the flags. */
        public Session {
            if ((flags & ~KNOWN) != 0) {
                throw new IllegalArgumentException("Unknown session flags: flags=" + flags);
            }
        }

        private static Session decode(PayloadReader payload) {
            SessionId id = payload.exactly(LENGTH).getSessionId();
            long flags = payload.getU32();
            if ((flags & ~KNOWN) != 0) {
                throw payload.outOfRange("flags", flags, 4);
            }
            return new Session(id, (int) flags);
        }

        @Override
        public int number() {
            return NUMBER;
        }

        @Override
        public int payloadLength() {
            return LENGTH;
        }

        @Override
        public void encodePayload(StreamWriter out) {
            id.encode(out);
            out.putU32(flags);
        }
    }

    /**
     * Ours: a word of the hand-over.
     *
     * <pre>
     *   u16 number, u16 20, 16 bytes session, u32 attempt
     * </pre>
     */
    sealed interface Handover extends VmCommand {
        /** Bytes of the payload. */
        int LENGTH = SessionId.BYTES + 4;

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
     * The source has committed; start the guest. 0x4A02.
     *
     * @param id the session
     * @param attempt the number that READY had, not negative
     */
    record Go(SessionId id, int attempt) implements Handover {
        private static final int NUMBER = 0x4A02;

        /** Checks the sign. */
        public Go {
            Check.notNegative("attempt", attempt);
        }

        private static Go decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new Go(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int number() {
            return NUMBER;
        }
    }

    /**
     * The source has aborted this attempt, and its guest runs there. 0x4A03. Over the migration's
     * own connection another attempt may follow; over a new one nothing does.
     *
     * @param id the session
     * @param attempt the attempt that is over, not negative
     */
    record Abort(SessionId id, int attempt) implements Handover {
        private static final int NUMBER = 0x4A03;

        /** Checks the sign. */
        public Abort {
            Check.notNegative("attempt", attempt);
        }

        private static Abort decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new Abort(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int number() {
            return NUMBER;
        }
    }

    /**
     * The source has lost the answer to its start order, and asks how the hand-over stands. 0x4A04.
     *
     * @param id the session
     * @param attempt the attempt that was committed, not negative
     */
    record Query(SessionId id, int attempt) implements Handover {
        private static final int NUMBER = 0x4A04;

        /** Checks the sign. */
        public Query {
            Check.notNegative("attempt", attempt);
        }

        private static Query decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new Query(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int number() {
            return NUMBER;
        }
    }

    /**
     * The source knows the outcome: the destination need not listen for it any more. 0x4A05.
     *
     * @param id the session
     * @param attempt the attempt that was answered, not negative
     */
    record Done(SessionId id, int attempt) implements Handover {
        private static final int NUMBER = 0x4A05;

        /** Checks the sign. */
        public Done {
            Check.notNegative("attempt", attempt);
        }

        private static Done decode(PayloadReader payload) {
            payload.exactly(LENGTH);
            return new Done(payload.getSessionId(), payload.getCount31("attempt"));
        }

        @Override
        public int number() {
            return NUMBER;
        }
    }
}
