package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Errno;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Dirties the client's memory while the device runs, and keeps the log of it. Since nothing else of
 * the device writes memory, the log covers just the range of the program.
 *
 * <p>Any thread; the writing has a thread of its own. Once {@link #setRunning} has returned after a
 * stop, nothing is written.
 */
final class DmaWriter implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DmaWriter.class.getName());

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final DmaSpace space;
    private final @Nullable DmaDirtying dirtying;
    private final @Nullable Thread thread;
    private final BitSet dirty = new BitSet();
    private boolean running = true;
    private boolean logging;
    private volatile boolean closed;
    private long page;
    private long number;

    DmaWriter(String name, DmaSpace space, Optional<DmaDirtying> dirtying) {
        this.space = space;
        this.dirtying = dirtying.orElse(null);
        thread =
                dirtying.map(each ->
                                Thread.ofPlatform()
                                        .daemon()
                                        .name("vfio-user-dirty " + name)
                                        .start(() -> run(each)))
                        .orElse(null);
    }

    synchronized void setRunning(boolean isRunning) {
        running = isRunning;
    }

    private void run(DmaDirtying what) {
        long last = System.nanoTime();
        double owed = 0;
        while (!closed) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            owed += (double) (now - last) * what.pagesPerSecond() / TimeUnit.SECONDS.toNanos(1);
            last = now;
            long pages = Math.min((long) owed, what.pages());
            owed -= (long) owed;
            try {
                write(what, pages);
            } catch (InternalError e) {
                // the client has made its file shorter behind our back
                LOG.log(Level.WARNING, "The client's memory is gone: " + e.getMessage());
                space.clear();
            }
        }
    }

    private synchronized void write(DmaDirtying what, long pages) {
        for (long i = 0; i < pages && running; i++) {
            if (space.write(what.iova() + page * DmaDirtying.PAGE_SIZE, number + 1)) {
                number++;
                if (logging) {
                    dirty.set((int) page);
                }
            }
            page = (page + 1) % what.pages();
        }
    }

    synchronized void startLogging() {
        logging = true;
        dirty.clear();
    }

    synchronized void stopLogging() {
        logging = false;
        dirty.clear();
    }

    /**
     * Reports what has been written, and forgets it.
     *
     * @param into a bitmap of zeros, from {@code at} on
     */
    synchronized void report(long iova, long length, long pageSize, MemorySegment into, long at) {
        if (!logging) {
            throw new RefusedException(Errno.EINVAL, "The log has not been started");
        }
        if (dirtying == null) {
            return;
        }
        int next = dirty.nextSetBit(0);
        while (next >= 0) {
            long address = dirtying.iova() + next * DmaDirtying.PAGE_SIZE;
            if (address >= iova && address < iova + length) {
                long bit = (address - iova) / pageSize;
                long word = at + bit / Long.SIZE * Long.BYTES;
                into.set(JAVA_LONG, word, into.get(JAVA_LONG, word) | (1L << (bit % Long.SIZE)));
                dirty.clear(next);
            }
            next = dirty.nextSetBit(next + 1);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
