package io.jvmm.migration.admission;

/** What a cost of a switchover depends on. */
public enum PhaseKind {
    /** One device at this side. The same whatever the link does. */
    DEVICE("device", false),
    /** This host: how soon it stops its vCPUs and reads its dirty logs. */
    HOST("host", false),
    /** The peer alone: a device that it loads. The same whatever the link does. */
    PEER("peer", true),
    /** The link, the peer, and how much was left. */
    LINK("link", true),
    /** What follows the commit: no part of the time to READY, but to be kept in reserve. */
    COMMIT("commit", true);

    private final String code;
    private final boolean ofPeer;

    PhaseKind(String code, boolean ofPeer) {
        this.code = code;
        this.ofPeer = ofPeer;
    }

    /**
     * The name in files.
     *
     * @return such as {@code device}
     */
    public String code() {
        return code;
    }

    /**
     * Whether another peer may have another cost.
     *
     * @return false for what happens at this side alone
     */
    public boolean isOfPeer() {
        return ofPeer;
    }

    /**
     * Whether the cost is there however little is left to send.
     *
     * @return true for this side's and the peer's own
     */
    public boolean isFixed() {
        return this == DEVICE || this == HOST || this == PEER;
    }

    /**
     * Whether a cost that was cut short is at least so long the next time too.
     *
     * @return true for a device; a host or a link may have been stalled once
     */
    boolean isProvedByBound() {
        return this == DEVICE || this == PEER;
    }

    /**
     * Finds a kind by its name in files.
     *
     * @param code such as {@code device}
     * @return the kind
     * @throws IllegalArgumentException if there is none
     */
    public static PhaseKind fromCode(String code) {
        for (PhaseKind kind : values()) {
            if (kind.code.equals(code)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("Unknown kind of phase: code=" + code);
    }
}
