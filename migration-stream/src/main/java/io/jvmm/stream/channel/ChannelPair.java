package io.jvmm.stream.channel;

import io.jvmm.linux.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Two channels in this process that are connected to each other, with faults on the way. For tests
 * of what a migration does when the line stalls, breaks or is slow.
 *
 * <p>Any thread.
 */
public final class ChannelPair implements AutoCloseable {
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final FaultyChannel first;
    private final FaultyChannel second;

    ChannelPair(Faults firstToSecond, Faults secondToFirst) {
        List<Socket> ends = Socket.pair();
        first = channel(ends.getFirst(), firstToSecond);
        second = channel(ends.getLast(), secondToFirst);
    }

    private FaultyChannel channel(Socket end, Faults faults) {
        return new FaultyChannel(SocketChannel.unix(end, "pipe:"), faults, new Stall(stalled));
    }

    /**
     * One end.
     *
     * @return the channel whose output has the faults that were named first
     */
    public Channel first() {
        return first;
    }

    /**
     * The other end.
     *
     * @return the channel whose output has the faults that were named second
     */
    public Channel second() {
        return second;
    }

    /**
     * Waits until a writer stands still.
     *
     * @param timeout how long at most
     * @return false after the time
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public boolean awaitStall(Duration timeout) throws InterruptedException {
        return stalled.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Lets both directions go on, for good. */
    public void release() {
        first.release();
        second.release();
    }

    /** Closes both ends. */
    @Override
    public void close() {
        first.close();
        second.close();
    }
}
