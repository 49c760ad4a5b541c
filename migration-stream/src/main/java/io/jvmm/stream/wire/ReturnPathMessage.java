package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * A message from the destination to the source ("Return path" of QEMU's stream format).
 *
 * <pre>
 *   u16  type
 *   u16  n, at most {@link PeerKind#payloadLimit()}
 *   n    payload
 * </pre>
 *
 * Types 5 and 6 (postcopy recovery) are known and refused. Types from 0x4A01 up are ours, the
 * {@link HandoverMessage}s, and known only on a connection to a peer that has proved to be ours.
 */
public sealed interface ReturnPathMessage
        permits ReturnPathMessage.Shut,
                ReturnPathMessage.Pong,
                ReturnPathMessage.RequestBlockPages,
                ReturnPathMessage.RequestPages,
                ReturnPathMessage.SwitchoverAck,
                HandoverMessage {
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
            default -> {
                if (peer == PeerKind.JVMM) {
                    yield HandoverMessage.decode(in, type, length);
                }
                throw unknown(type, position);
            }
        };
    }

    /** The error of a type that nobody, or not this peer, may send. */
    private static StreamFormatException unknown(int type, long position) {
        return new StreamFormatException("Unknown return-path message: type=" + type, position);
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
}
