package io.jvmm.machine;

/** Messages by their bytes, to wait for on the wire. */
final class QemuWire {
    /** Our PING behind the last device section, and the PONG to it: number 2, 4 bytes, "RDY!". */
    static final long LAST_PING = 0x0002_0004_5244_5921L;

    /** SHUT 0: the guest runs at the destination. */
    static final long SHUT_0 = 0x0001_0004_0000_0000L;

    /** Length of a PONG. */
    static final int PONG_BYTES = Long.BYTES;

    private QemuWire() {}
}
