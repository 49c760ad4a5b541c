package io.jvmm.migration.switchover;

/** Which side of a migration spent the time. */
public enum LedgerSide {
    /** Where the guest comes from. */
    SOURCE("source"),
    /** Where the guest goes to. */
    DESTINATION("destination");

    private final String label;

    LedgerSide(String label) {
        this.label = label;
    }

    /**
     * The side's name.
     *
     * @return {@code source} or {@code destination}
     */
    public String label() {
        return label;
    }
}
