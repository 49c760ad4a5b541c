package io.jvmm.migration.switchover;

/** How the attempts of one session are counted. */
public final class HandoverAttempt {
    /** The number of the first attempt. */
    public static final int FIRST = 1;

    /** For an event that is about whatever attempt is under way. */
    public static final int CURRENT = 0;

    private HandoverAttempt() {}
}
