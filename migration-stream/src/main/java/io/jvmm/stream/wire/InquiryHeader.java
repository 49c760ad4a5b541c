package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * Ours: the head of a new connection about a migration that had another one. Commands of the
 * hand-over follow, as records; the answers are messages of the return path.
 *
 * <pre>
 *   u32 'JVMQ'
 *   u32 version, 1
 * </pre>
 */
public final class InquiryHeader {
    private static final int MAGIC = 0x4A56_4D51;
    private static final int VERSION = 1;

    private InquiryHeader() {}

    /**
     * Puts the head.
     *
     * @param out the start of the connection
     */
    public static void encode(StreamWriter out) {
        out.putU32(MAGIC);
        out.putU32(VERSION);
    }

    /**
     * Whether a connection begins with this head, and not with a migration's. Uses nothing up.
     *
     * @param in the start of the connection
     * @return false for anything else
     */
    public static boolean isAhead(StreamReader in) {
        for (int i = 0; i < Integer.BYTES; i++) {
            if (in.peekU8(i) != ((MAGIC >>> (24 - 8 * i)) & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gets the head.
     *
     * @param in the start of the connection
     * @throws StreamFormatException if it is something else, or of another version
     */
    public static void decode(StreamReader in) {
        long magic = in.getU32();
        if (magic != MAGIC) {
            throw new StreamFormatException(
                    "Not a question about a hand-over: magic=0x%08x".formatted(magic), 0);
        }
        long version = in.getU32();
        if (version != VERSION) {
            throw new StreamFormatException(
                    "Unknown version of a question about a hand-over: version=" + version,
                    Integer.BYTES);
        }
    }
}
