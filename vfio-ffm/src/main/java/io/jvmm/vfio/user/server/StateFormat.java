package io.jvmm.vfio.user.server;

/**
 * The device's state as bytes: records, one after the other, little-endian. What is given in the
 * PRE_COPY states and in STOP_COPY is one stream.
 *
 * <pre>
 *    0  u32 kind
 *    4  u32 0
 *    8  u64 length of the content
 *   16      content:  HEADER   u64 "JVMMUART", u32 version 1, u32 ports    first, once
 *                     PATTERN  any number of bytes, see {@link Pattern}    any number of times
 *                     PORTS    ports × {@link UartPort} state              once
 *                     END      nothing                                     last
 * </pre>
 *
 * The position in the pattern runs on from record to record. A change of the records is a new
 * version.
 */
final class StateFormat {
    static final int RECORD_HEADER = 16;
    static final int KIND = 0;
    static final int LENGTH = 8;

    static final int HEADER = 1;
    static final int PATTERN = 2;
    static final int PORTS = 3;
    static final int END = 4;

    static final long MAGIC = 0x545241554d4d564aL; // "JVMMUART"
    static final int VERSION = 1;
    static final int HEADER_SIZE = 16;
    static final int HEADER_VERSION = 8;
    static final int HEADER_PORTS = 12;

    private StateFormat() {}

    /**
     * Bytes of a whole stream without PRE_COPY: three records, and one more where there is padding.
     */
    static long streamSize(int ports, long stateSize) {
        int records = stateSize == 0 ? 3 : 4;
        return records * RECORD_HEADER
                + HEADER_SIZE
                + stateSize
                + (long) ports * UartPort.STATE_SIZE;
    }
}
