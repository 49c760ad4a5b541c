package io.jvmm.stream;

/**
 * Keeps a sender below a bandwidth, in windows of 100 ms as QEMU does. Bytes beyond a window's
 * budget are charged to the windows that follow, unused budget is not saved up.
 *
 * <p>One thread asks; any thread may change the limit. Nothing here allocates, and the clock is
 * read only when a window's budget is used up.
 */
public final class RateLimit {
    static final long WINDOW_NANOS = 100_000_000;
    private static final long WINDOWS_PER_SECOND = 10;

    private final NanoClock clock;
    private volatile long bytesPerWindow;
    private long windowStart;
    private long windowPosition;

    /**
     * Creates a limit that is off; its first window starts now, at position 0.
     *
     * @param clock the time
     */
    public RateLimit(NanoClock clock) {
        this.clock = clock;
        windowStart = clock.nanoTime();
    }

    /**
     * Sets the bandwidth; takes effect at the next question.
     *
     * @param bytesPerSecond the bandwidth, 0 = none
     * @throws IllegalArgumentException if negative
     */
    public void setBytesPerSecond(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "The bandwidth is negative: bytesPerSecond=" + bytesPerSecond);
        }
        bytesPerWindow = bytesPerSecond == 0 ? 0 : Math.max(1, bytesPerSecond / WINDOWS_PER_SECOND);
    }

    /**
     * Whether the sender has to wait before it sends more.
     *
     * @param position bytes sent so far, never less than at the last question
     * @return true if the budget of the current window is used up
     */
    public boolean exceeded(long position) {
        long budget = bytesPerWindow;
        if (budget == 0 || position - windowPosition < budget) {
            return false;
        }
        openWindow(position, budget);
        return position - windowPosition >= budget;
    }

    /**
     * How long until the next window opens; ask again then.
     *
     * @return nanoseconds, 0 if it is open already or there is no limit
     */
    public long nanosToWait() {
        if (bytesPerWindow == 0) {
            return 0;
        }
        return Math.max(0, WINDOW_NANOS - (clock.nanoTime() - windowStart));
    }

    private void openWindow(long position, long budget) {
        long windows = (clock.nanoTime() - windowStart) / WINDOW_NANOS;
        if (windows == 0) {
            return;
        }
        windowStart += windows * WINDOW_NANOS;
        long owed = position - windowPosition;
        windowPosition = budget > owed / windows ? position : windowPosition + windows * budget;
    }
}
