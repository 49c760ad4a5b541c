package io.jvmm.migration.admission;

/** What was decided, before a stop or after it. */
public enum DecisionKind {
    /** The guest is not stopped yet. */
    NOT_YET("not-yet"),
    /** The guest is stopped. */
    SWITCH("switch"),
    /** The guest would be stopped, but this is a dry run. */
    WOULD_SWITCH("would-switch"),
    /** The guest is given to the destination. */
    GO("go"),
    /** The guest is taken back. */
    ABORT("abort"),
    /** The migration is ended: no moment would be good enough. */
    REFUSED("refused");

    private final String code;

    DecisionKind(String code) {
        this.code = code;
    }

    /**
     * The name on monitors and in files.
     *
     * @return such as {@code not-yet}
     */
    public String code() {
        return code;
    }

    /**
     * Whether a policy decided it, on a forecast; else it is how an attempt ended.
     *
     * @return false for {@link #GO} and {@link #ABORT}
     */
    public boolean isOfPolicy() {
        return switch (this) {
            case NOT_YET, SWITCH, WOULD_SWITCH, REFUSED -> true;
            case GO, ABORT -> false;
        };
    }

    /**
     * What was decided with a verdict.
     *
     * @param verdict a policy's
     * @param dryRun whether nothing is to come of it but a record
     * @return the kind
     */
    public static DecisionKind of(Verdict verdict, boolean dryRun) {
        return switch (verdict) {
            case NOT_YET -> NOT_YET;
            case SWITCH -> dryRun ? WOULD_SWITCH : SWITCH;
            case REFUSE -> REFUSED;
        };
    }

    /**
     * Finds a kind by its name.
     *
     * @param code such as {@code not-yet}
     * @return the kind
     * @throws IllegalArgumentException if there is none
     */
    public static DecisionKind fromCode(String code) {
        for (DecisionKind kind : values()) {
            if (kind.code.equals(code)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("Unknown decision: code=" + code);
    }
}
