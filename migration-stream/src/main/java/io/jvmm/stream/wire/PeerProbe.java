package io.jvmm.stream.wire;

import java.util.Optional;

/**
 * Finds out what program the peer is, by a way that every peer tolerates: a PING with a private
 * cookie. QEMU echoes the cookie; our destination answers with a value of its own.
 *
 * <pre>
 *   PING 0x4A564D4D   ──►   QEMU:  PONG 0x4A564D4D
 *                           ours:  PONG 0x4A57 0000 | feature bits
 * </pre>
 *
 * No answer within a bound means a foreign peer too.
 */
public final class PeerProbe {
    /** The private cookie, "JVMM". */
    public static final int COOKIE = 0x4A564D4D;

    private static final int ANSWER = 0x4A57_0000;
    private static final int FEATURES = 0xFFFF;

    private PeerProbe() {}

    /**
     * What the source sends.
     *
     * @return the PING
     */
    public static VmCommand.Ping ping() {
        return new VmCommand.Ping(COOKIE);
    }

    /**
     * What our destination answers to any PING: its features to the probe, the same cookie to all
     * others.
     *
     * @param ping the PING received
     * @param features feature bits, 0 to 0xFFFF
     * @return the PONG to send
     */
    public static ReturnPathMessage.Pong answer(VmCommand.Ping ping, int features) {
        if ((features & ~FEATURES) != 0) {
            throw new IllegalArgumentException(
                    "Feature bits out of range: features=0x" + Integer.toHexString(features));
        }
        boolean probe = ping.cookie() == COOKIE;
        return new ReturnPathMessage.Pong(probe ? ANSWER | features : ping.cookie());
    }

    /**
     * What a PONG says about the peer.
     *
     * @param pong the PONG received
     * @return the kind of peer, or empty if this is not the answer to the probe
     */
    public static Optional<PeerKind> peerOf(ReturnPathMessage.Pong pong) {
        if (pong.cookie() == COOKIE) {
            return Optional.of(PeerKind.QEMU);
        }
        return (pong.cookie() & ~FEATURES) == ANSWER
                ? Optional.of(PeerKind.JVMM)
                : Optional.empty();
    }

    /**
     * The feature bits in our own peer's answer.
     *
     * @param pong a PONG for which {@link #peerOf} says {@link PeerKind#JVMM}
     * @return 0 to 0xFFFF
     */
    public static int featuresOf(ReturnPathMessage.Pong pong) {
        return pong.cookie() & FEATURES;
    }
}
