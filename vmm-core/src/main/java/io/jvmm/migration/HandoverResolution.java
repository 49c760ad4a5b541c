package io.jvmm.migration;

/** The operator's answers to {@code migrate-handover-resolve}. */
public enum HandoverResolution {
    /** Destination: this process never runs the guest. Always safe. */
    DROP("drop", false),
    /** Destination: the guest runs here; the source is dead. */
    RUN("run", true),
    /** Source: the guest runs here again; the destination is dead. */
    RESUME("resume", true),
    /** Source: the guest never runs here again. Always safe. */
    GIVE_UP("give-up", false);

    private final String label;
    private final boolean needsDeadPeer;

    HandoverResolution(String label, boolean needsDeadPeer) {
        this.label = label;
        this.needsDeadPeer = needsDeadPeer;
    }

    /**
     * The name on the monitors.
     *
     * @return such as {@code give-up}
     */
    public String label() {
        return label;
    }

    /**
     * Whether it makes two guests if the other side is not dead.
     *
     * @return true if the operator has to say that it is
     */
    public boolean needsDeadPeer() {
        return needsDeadPeer;
    }

    /**
     * Finds an answer by its name.
     *
     * @param label the name on the monitors
     * @return the answer
     * @throws MigrationRefusedException if there is none of that name
     */
    public static HandoverResolution fromLabel(String label) {
        for (HandoverResolution resolution : values()) {
            if (resolution.label.equals(label)) {
                return resolution;
            }
        }
        throw new MigrationRefusedException(
                "Parameter 'action' does not accept value '" + label + "'");
    }
}
