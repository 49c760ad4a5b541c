package io.jvmm.linux;

import org.jspecify.annotations.Nullable;

/**
 * Descriptors that came with a message. Those that nobody takes are closed by {@link #close}, which
 * leaves the list ready for the next message.
 *
 * <p>One thread. Nothing allocates after construction but the descriptors that arrive.
 */
public final class ReceivedDescriptors implements AutoCloseable {
    /** Most descriptors that one message may bring. */
    public static final int MAXIMUM = 16;

    private final @Nullable Fd[] descriptors = new Fd[MAXIMUM];
    private int count;

    /** An empty list. */
    public ReceivedDescriptors() {}

    /**
     * How many came, taken or not.
     *
     * @return 0 to {@link #MAXIMUM}
     */
    public int count() {
        return count;
    }

    /**
     * Takes one over.
     *
     * @param index its position in the message
     * @return the descriptor, the caller's to close
     * @throws IllegalStateException if there is none there, or it has been taken
     */
    public Fd take(int index) {
        Fd descriptor = index >= 0 && index < count ? descriptors[index] : null;
        if (descriptor == null) {
            throw new IllegalStateException(
                    "There is no such descriptor: index=" + index + " count=" + count);
        }
        descriptors[index] = null;
        return descriptor;
    }

    /** Takes the ownership; closes what is too many and says false. */
    boolean add(Fd descriptor) {
        if (count == MAXIMUM) {
            descriptor.close();
            return false;
        }
        descriptors[count++] = descriptor;
        return true;
    }

    /** Closes what has not been taken, and empties the list. */
    @Override
    public void close() {
        for (int i = 0; i < count; i++) {
            Fd descriptor = descriptors[i];
            if (descriptor != null) {
                descriptor.close();
                descriptors[i] = null;
            }
        }
        count = 0;
    }
}
