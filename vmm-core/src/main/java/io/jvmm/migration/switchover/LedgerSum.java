package io.jvmm.migration.switchover;

/**
 * Which sum a line of the ledger belongs to, so that no time is counted twice.
 *
 * <pre>
 *   total:             stop │ flush │ save │ destination-load │ hand-over
 *   destination-load:                      │ load … │ gap     │
 *   hand-over:                                                │ start … │ gap │
 * </pre>
 */
public enum LedgerSum {
    /** The total: these lines follow one another on one clock. */
    TOTAL("total"),
    /** The source's wait for the destination's load, which the line explains a part of. */
    DESTINATION_LOAD(SwitchoverPhase.DESTINATION_LOAD.label()),
    /** The source's wait for the start, which the line explains a part of. */
    HANDOVER(SwitchoverPhase.HANDOVER.label()),
    /** None: spent beside, or inside, what other lines count. */
    NONE("none");

    private final String label;

    LedgerSum(String label) {
        this.label = label;
    }

    /**
     * The sum's name.
     *
     * @return such as {@code total}
     */
    public String label() {
        return label;
    }
}
