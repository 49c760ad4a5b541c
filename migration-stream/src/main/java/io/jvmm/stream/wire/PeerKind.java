package io.jvmm.stream.wire;

/** What program is at the other end; {@link PeerProbe} finds out. */
public enum PeerKind {
    /** QEMU, or anything else that is not ours: it never sees a private message. */
    QEMU(512),
    /** This program. */
    JVMM(16 * 1024);

    private final int payloadLimit;

    PeerKind(int payloadLimit) {
        this.payloadLimit = payloadLimit;
    }

    /**
     * The longest payload of a return-path message from or to this peer.
     *
     * @return bytes
     */
    public int payloadLimit() {
        return payloadLimit;
    }
}
