package io.jvmm.migration.switchover;

/** How the attempts of one session are counted. */
public final class HandoverAttempt {
    /** The number of the first attempt. */
    public static final int FIRST = 1;

    /** For an event that is about whatever attempt is under way. */
    public static final int CURRENT = 0;

    private HandoverAttempt() {}

    /**
     * Whether an event is about the attempt that is under way.
     *
     * @param attempt what the event bears, or {@link #CURRENT}
     * @param underWay the attempt that is under way
     * @return false for an attempt that is over, or has not begun
     */
    public static boolean concerns(int attempt, int underWay) {
        return attempt == CURRENT || attempt == underWay;
    }
}
