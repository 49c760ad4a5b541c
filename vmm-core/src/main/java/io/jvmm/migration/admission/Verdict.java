package io.jvmm.migration.admission;

/** What a policy says to a forecast. */
public enum Verdict {
    /** Go on iterating. */
    NOT_YET,
    /** Stop the guest. */
    SWITCH,
    /** End the migration: waiting helps nothing. */
    REFUSE
}
