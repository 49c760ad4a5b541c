package io.jvmm.vfio.check;

import org.jspecify.annotations.Nullable;

/** The state of a prepared device, as it was read at the beginning. One thread. */
final class Reference implements AutoCloseable {
    private @Nullable StateImage image;
    private boolean repeatable;

    /** Takes a state over. */
    void set(StateImage state) {
        image = state;
    }

    /** Drops a state that is not whole. */
    void discard() {
        close();
        image = null;
    }

    /** The device gave the same state again. */
    void setRepeatable() {
        repeatable = true;
    }

    /** Whether there is a state. */
    boolean isThere() {
        return image != null && image.size() > 0;
    }

    /** The state; without one the check cannot be made. */
    StateImage image() {
        StateImage state = image;
        if (state == null) {
            throw new CheckSkippedException("no whole state could be read");
        }
        if (state.size() == 0) {
            throw new CheckSkippedException("the device has no state");
        }
        return state;
    }

    /** Whether a prepared device always gives this state. */
    boolean isRepeatable() {
        return repeatable;
    }

    @Override
    public void close() {
        if (image != null) {
            image.close();
        }
    }
}
