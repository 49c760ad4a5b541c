package io.jvmm.migration.admission;

/**
 * What a cost was measured of.
 *
 * @param kind what it depends on
 * @param peer whose it is; empty for what happens at this side alone
 * @param name the phase and its device, such as {@code save of device serial}
 */
public record CostKey(PhaseKind kind, String peer, String name) {
    /** No name that a peer chooses is kept longer than this. */
    public static final int MAX_LENGTH = 100;

    /** Checks the lengths, and that only what depends on the peer names one. */
    public CostKey {
        if (peer.length() > MAX_LENGTH || name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "A name is empty or too long: peer=%d name=%d"
                            .formatted(peer.length(), name.length()));
        }
        if (!kind.isOfPeer() && !peer.isEmpty()) {
            throw new IllegalArgumentException("This cost has no peer: name=" + name);
        }
    }

    static CostKey of(PhaseKind kind, String peer, String name) {
        return new CostKey(kind, kind.isOfPeer() ? cut(peer) : "", cut(name));
    }

    private static String cut(String text) {
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
    }
}
