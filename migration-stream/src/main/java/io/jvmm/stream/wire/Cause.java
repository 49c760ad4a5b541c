package io.jvmm.stream.wire;

import io.jvmm.stream.StreamWriter;

/** A reason for people, as a message carries it: u16 length, then printable ASCII. */
final class Cause {
    private static final int LIMIT = 1024;

    private Cause() {}

    /** Cut to the limit; what is not printable ASCII becomes '?'. */
    static String fit(String cause) {
        String cut = cause.substring(0, Math.min(cause.length(), LIMIT));
        return cut.replaceAll("[^\\x20-\\x7E]", "?");
    }

    /** Bytes on the wire. */
    static int length(String cause) {
        return 2 + cause.length();
    }

    static void put(StreamWriter out, String cause) {
        out.putU16(cause.length());
        out.putString(cause);
    }

    static String get(PayloadReader payload) {
        int length = payload.getU16();
        if (length > LIMIT) {
            throw payload.outOfRange("cause length", length, 2);
        }
        return payload.getString(length);
    }
}
