package io.jvmm.migration;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last attempts to switch over in this process, in both roles. Any thread. */
public final class SwitchoverHistory {
    /** How many are kept. */
    public static final int CAPACITY = 16;

    private final Deque<SwitchoverInfo> attempts = new ArrayDeque<>();

    /** Creates an empty history. */
    public SwitchoverHistory() {}

    /**
     * Adds one, and forgets the oldest beyond the capacity. One that is there already, with an
     * outcome that was not known, is replaced.
     *
     * @param attempt one that is over
     */
    public synchronized void add(SwitchoverInfo attempt) {
        attempts.removeIf(each ->
                each.stopNanoTime() == attempt.stopNanoTime()
                        && each.attempt().equals(attempt.attempt()));
        if (attempts.size() == CAPACITY) {
            attempts.removeFirst();
        }
        attempts.addLast(attempt);
    }

    /**
     * The last attempts.
     *
     * @return the oldest first
     */
    public synchronized List<SwitchoverInfo> attempts() {
        return List.copyOf(attempts);
    }
}
