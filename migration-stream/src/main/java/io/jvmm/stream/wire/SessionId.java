package io.jvmm.stream.wire;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.security.SecureRandom;

/**
 * The 16 random bytes that bind a source and a destination to one migration. They are the secret
 * that a reconnect must show: never printed, and compared in constant time.
 */
public final class SessionId {
    /** Bytes on the wire. */
    public static final int BYTES = 16;

    private final long high;
    private final long low;

    private SessionId(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /**
     * Makes a new id.
     *
     * @param random where its bytes come from
     * @return the id
     */
    public static SessionId random(SecureRandom random) {
        return new SessionId(random.nextLong(), random.nextLong());
    }

    /**
     * Gets an id.
     *
     * @param in the stream
     * @return the id
     */
    public static SessionId decode(StreamReader in) {
        return new SessionId(in.getU64(), in.getU64());
    }

    /**
     * Puts the id. Allocates nothing.
     *
     * @param out the stream
     */
    public void encode(StreamWriter out) {
        out.putU64(high);
        out.putU64(low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionId id && ((high ^ id.high) | (low ^ id.low)) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high ^ low);
    }

    @Override
    public String toString() {
        return "SessionId[hidden]";
    }
}
