package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Waits for one of several descriptors ({@code poll}). What to wait for is fixed at construction.
 *
 * <p>One thread. Nothing allocates after construction. The descriptors must stay open while in use.
 */
public final class PollSet {
    /**
     * What to wait for on one descriptor. Errors and hang-ups are always reported.
     *
     * @param fd the descriptor
     * @param read wait until it can be read
     * @param write wait until it can be written
     */
    public record Interest(Fd fd, boolean read, boolean write) {
        /**
         * Waits until the descriptor can be read.
         *
         * @param fd the descriptor
         * @return the interest
         */
        public static Interest reading(Fd fd) {
            return new Interest(fd, true, false);
        }

        /**
         * Waits until the descriptor can be written.
         *
         * @param fd the descriptor
         * @return the interest
         */
        public static Interest writing(Fd fd) {
            return new Interest(fd, false, true);
        }

        private short events() {
            return (short) ((read ? POLLIN : 0) | (write ? POLLOUT : 0));
        }
    }

    /** {@code struct pollfd}. */
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("fd"),
                            JAVA_SHORT.withName("events"),
                            JAVA_SHORT.withName("revents"))
                    .withName("pollfd");

    private static final long SIZE = LAYOUT.byteSize();
    private static final long FD = LAYOUT.byteOffset(PathElement.groupElement("fd"));
    private static final long EVENTS = LAYOUT.byteOffset(PathElement.groupElement("events"));
    private static final long RETURNED = LAYOUT.byteOffset(PathElement.groupElement("revents"));

    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final int POLLERR = 8;
    private static final int POLLHUP = 0x10;
    private static final int POLLNVAL = 0x20;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long EINTR = -Errno.EINTR.code();

    private final MemorySegment array;
    private final int count;

    /**
     * A set of descriptors; their index is their position here.
     *
     * @param interests what to wait for
     */
    public PollSet(Interest... interests) {
        count = interests.length;
        array = Arena.ofAuto().allocate(LAYOUT, count);
        for (int i = 0; i < count; i++) {
            array.set(JAVA_INT, i * SIZE + FD, interests[i].fd().number());
            array.set(JAVA_SHORT, i * SIZE + EVENTS, interests[i].events());
        }
    }

    /**
     * Waits until one of the descriptors is ready.
     *
     * @param timeoutMillis how long at most; -1 = for ever, 0 = only look
     * @return number of descriptors that are ready, 0 after the time
     * @throws SyscallException if the kernel refuses
     */
    public int poll(long timeoutMillis) {
        long start = timeoutMillis > 0 ? System.nanoTime() : 0;
        long left = timeoutMillis;
        while (true) {
            int wait = Math.clamp(left, -1, Integer.MAX_VALUE);
            long result = pollOnce(wait);
            if (result != EINTR) {
                return (int) SyscallException.check(result, "poll", "");
            }
            if (timeoutMillis > 0) {
                left = Math.max(0, timeoutMillis - (System.nanoTime() - start) / NANOS_PER_MILLI);
            }
        }
    }

    private long pollOnce(int timeoutMillis) {
        try {
            return Syscalls.poll(array.address(), count, timeoutMillis);
        } finally {
            Reference.reachabilityFence(array);
        }
    }

    /**
     * Whether the last poll found something to read, an error or the end: a read will not wait.
     *
     * @param index position of the descriptor
     * @return true if a read will not wait
     */
    public boolean readable(int index) {
        return returned(index, POLLIN | POLLHUP | POLLERR);
    }

    /**
     * Whether the last poll found room to write, or an error: a write will not wait.
     *
     * @param index position of the descriptor
     * @return true if a write will not wait
     */
    public boolean writable(int index) {
        return returned(index, POLLOUT | POLLERR);
    }

    /**
     * Whether the last poll found the peer gone or the descriptor broken.
     *
     * @param index position of the descriptor
     * @return true after a hang-up, an error, or on a descriptor that is not open
     */
    public boolean hangup(int index) {
        return returned(index, POLLHUP | POLLERR | POLLNVAL);
    }

    private boolean returned(int index, int mask) {
        Objects.checkIndex(index, count);
        return (array.get(JAVA_SHORT, index * SIZE + RETURNED) & mask) != 0;
    }
}
