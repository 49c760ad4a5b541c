package io.jvmm.migration;

/**
 * What a migration may be told to do, by the names of {@code migrate_set_capability}.
 *
 * <p>The first 22 are those of QEMU 10.0 in QEMU's order; the rest are this program's own and are
 * listed after them. A capability that this build lacks exists by name: it is listed, it is off,
 * and it cannot be switched on.
 */
public enum Capability {
    /** Delta compression of pages. */
    XBZRLE("xbzrle", false),
    /** Pin all memory for RDMA. */
    RDMA_PIN_ALL("rdma-pin-all", false),
    /** Slow the guest down until it converges. */
    AUTO_CONVERGE("auto-converge", false),
    /** Compress zero blocks of disks; deprecated. */
    ZERO_BLOCKS("zero-blocks", false),
    /** Send MIGRATION and MIGRATION_PASS events. */
    EVENTS("events", true),
    /** Let the guest run at the destination before all its RAM has arrived. */
    POSTCOPY_RAM("postcopy-ram", false),
    /** Coarse-grained lock stepping; unstable. */
    X_COLO("x-colo", false),
    /** Free RAM at the source once it was sent in postcopy. */
    RELEASE_RAM("release-ram", false),
    /** Answers from the destination over the same connection. */
    RETURN_PATH("return-path", true),
    /** Wait for {@code migrate_continue} between the stop and the last state. */
    PAUSE_BEFORE_SWITCHOVER("pause-before-switchover", false),
    /** RAM over several connections. */
    MULTIFD("multifd", false),
    /** Migrate the dirty bitmaps of disks. */
    DIRTY_BITMAPS("dirty-bitmaps", false),
    /** Measure how long vCPUs wait for pages in postcopy. */
    POSTCOPY_BLOCKTIME("postcopy-blocktime", false),
    /** Leave disks inactive at the destination until {@code cont}. */
    LATE_BLOCK_ACTIVATE("late-block-activate", false),
    /** Do not send RAM that both sides share; unstable. */
    X_IGNORE_SHARED("x-ignore-shared", false),
    /** Send the UUID and compare it. */
    VALIDATE_UUID("validate-uuid", false),
    /** A snapshot while the guest runs. */
    BACKGROUND_SNAPSHOT("background-snapshot", false),
    /** Send pages without copying them into the kernel. */
    ZERO_COPY_SEND("zero-copy-send", false),
    /** An extra connection for urgent pages in postcopy. */
    POSTCOPY_PREEMPT("postcopy-preempt", false),
    /** Wait for devices of the destination before switching over. */
    SWITCHOVER_ACK("switchover-ack", true),
    /** Throttle vCPUs by their dirty page rate. */
    DIRTY_LIMIT("dirty-limit", false),
    /** A fixed place for each page in a file. */
    MAPPED_RAM("mapped-ram", false),
    /** Cancel a switchover that overruns its limit, and let the guest run at the source. */
    SWITCHOVER_ABORT("switchover-abort", true),
    /** Compare a hash of each RAM block at both ends before the hand-over; for tests. */
    X_VERIFY_RAM("x-verify-ram", true);

    private final String label;
    private final boolean supported;

    Capability(String label, boolean supported) {
        this.label = label;
        this.supported = supported;
    }

    /**
     * The name on the monitors.
     *
     * @return such as {@code return-path}
     */
    public String label() {
        return label;
    }

    /**
     * Whether this build can switch the capability on.
     *
     * @return false if it exists by name only
     */
    public boolean isSupported() {
        return supported;
    }

    /**
     * Finds a capability by its name.
     *
     * @param label the name on the monitors
     * @return the capability
     * @throws MigrationRefusedException if there is none of that name
     */
    public static Capability fromLabel(String label) {
        for (Capability capability : values()) {
            if (capability.label.equals(label)) {
                return capability;
            }
        }
        throw new MigrationRefusedException(
                "Parameter 'capability' does not accept value '" + label + "'");
    }
}
