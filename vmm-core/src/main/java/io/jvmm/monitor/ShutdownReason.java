package io.jvmm.monitor;

/** Why a process ends, with the names in the event SHUTDOWN. */
public enum ShutdownReason {
    /** {@code quit} in the human monitor, or its end of input. */
    HOST_UI("host-ui", false),
    /** {@code quit} in QMP. */
    HOST_QMP_QUIT("host-qmp-quit", false),
    /** SIGTERM, SIGINT or SIGHUP. */
    HOST_SIGNAL("host-signal", false),
    /** Something in the process failed. */
    HOST_ERROR("host-error", false),
    /** The guest crashed. */
    GUEST_PANIC("guest-panic", true);

    private final String label;
    private final boolean guest;

    ShutdownReason(String label, boolean guest) {
        this.label = label;
        this.guest = guest;
    }

    /**
     * The name in the event.
     *
     * @return such as {@code host-signal}
     */
    public String label() {
        return label;
    }

    /**
     * Whether the guest asked for it.
     *
     * @return false if it came from the host
     */
    public boolean isGuest() {
        return guest;
    }
}
