package io.jvmm.vfio.user.server;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where a device's thread waits because its program says so. Ends early, with a {@link
 * ConnectionEndException}, when the server is closed.
 *
 * <p>Any thread.
 */
final class Pause {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean hanging;
    private boolean closed;

    /** Waits for a time. */
    void sleep(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            requireOpen();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for {@link #release}. */
    void hang() {
        lock.lock();
        try {
            hanging = true;
            changed.signalAll();
            while (hanging && !closed) {
                changed.await();
            }
            requireOpen();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            hanging = false;
            lock.unlock();
        }
    }

    /** Lets the one that hangs go on. */
    void release() {
        lock.lock();
        try {
            hanging = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until one hangs. */
    void awaitHang() throws InterruptedException {
        lock.lock();
        try {
            while (!hanging && !closed) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting for good. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ConnectionEndException(false);
        }
    }

    private static ConnectionEndException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        ConnectionEndException end = new ConnectionEndException(false);
        end.initCause(cause);
        return end;
    }
}
