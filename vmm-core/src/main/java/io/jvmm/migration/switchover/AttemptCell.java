package io.jvmm.migration.switchover;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The state of a hand-over and the number of the attempt it is in, moved together by one
 * compare-and-set.
 *
 * <p>Any thread; no allocation.
 *
 * @param <S> the states
 */
final class AttemptCell<S extends Enum<S>> {
    private static final int STATE_BITS = 8;
    private static final long STATE_MASK = (1 << STATE_BITS) - 1;

    private final S[] states;
    private final AtomicLong cell;

    /**
     * Creates a cell for the first attempt.
     *
     * @param states all of them, in the order of their ordinals
     * @param initial the first state
     */
    AttemptCell(S[] states, S initial) {
        this.states = states.clone();
        cell = new AtomicLong(pack(initial, HandoverAttempt.FIRST));
    }

    /** Both at once; {@link #stateOf} and {@link #attemptOf} take it apart. */
    long get() {
        return cell.get();
    }

    S stateOf(long packed) {
        return states[(int) (packed & STATE_MASK)];
    }

    static int attemptOf(long packed) {
        return (int) (packed >>> STATE_BITS);
    }

    /** Moves both, unless another was quicker. */
    boolean move(long from, S state, int attempt) {
        return cell.compareAndSet(from, pack(state, attempt));
    }

    @SuppressWarnings("EnumOrdinal") // never leaves the process
    private static long pack(Enum<?> state, int attempt) {
        return (long) attempt << STATE_BITS | state.ordinal();
    }
}
