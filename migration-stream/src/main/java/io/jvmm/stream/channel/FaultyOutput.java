package io.jvmm.stream.channel;

import io.jvmm.linux.PollSet;
import io.jvmm.stream.BufferList;
import io.jvmm.stream.StreamIoException;
import java.util.concurrent.TimeUnit;

/** The writing half of a line on which something goes wrong. */
final class FaultyOutput implements ChannelOutput {
    private static final int PIECES = 256;
    private static final long SLICES_PER_SECOND = 100;

    private final SocketChannel line;
    private final Faults faults;
    private final Stall stall;
    private final PollSet stalled;
    private final PollSet slowed;
    private final BufferList part = new BufferList(PIECES);
    private long sent;
    private long freeAt;

    FaultyOutput(SocketChannel line, Faults faults, Stall stall) {
        this.line = line;
        this.faults = faults;
        this.stall = stall;
        PollSet.Interest interrupt = interrupter().interest();
        stalled = new PollSet(stall.interest(), interrupt);
        slowed = new PollSet(interrupt);
        freeAt = System.nanoTime();
    }

    @Override
    public void write(BufferList buffers) {
        line.enter();
        try {
            while (buffers.count() > 0) {
                long length = passable(buffers.byteSize());
                if (length > 0) {
                    pass(buffers, length);
                }
            }
        } finally {
            line.leave();
        }
    }

    /** How much may pass now; waits or breaks the line if that is nothing. */
    private long passable(long wanted) {
        if (sent >= faults.cutAt()) {
            line.shutdown();
            throw new StreamIoException("The line was cut: sent=" + sent, null);
        }
        long length = Math.min(wanted, faults.cutAt() - sent);
        if (!stall.isOpen()) {
            if (sent >= faults.stallAt()) {
                stall.await(stalled, interrupter());
                return 0;
            }
            length = Math.min(length, faults.stallAt() - sent);
        }
        return faults.bytesPerSecond() == 0 ? length : Math.min(length, awaitSlice());
    }

    private long awaitSlice() {
        long millis = TimeUnit.NANOSECONDS.toMillis(freeAt - System.nanoTime());
        if (millis > 0) {
            interrupter().await(slowed, 0, millis);
        }
        return Math.max(1, faults.bytesPerSecond() / SLICES_PER_SECOND);
    }

    private void pass(BufferList buffers, long length) {
        part.clear();
        long left = length;
        for (int i = 0; i < buffers.count() && left > 0 && !part.isFull(); i++) {
            long piece = Math.min(left, buffers.length(i));
            part.add(buffers.segment(i), buffers.offset(i), piece);
            left -= piece;
        }
        long before = part.byteSize();
        try {
            line.output().write(part);
        } finally {
            long passed = before - part.byteSize();
            buffers.consume(passed);
            sent += passed;
            occupyLine(passed);
        }
    }

    private void occupyLine(long bytes) {
        if (faults.bytesPerSecond() > 0) {
            long nanos = bytes * TimeUnit.SECONDS.toNanos(1) / faults.bytesPerSecond();
            freeAt = Math.max(freeAt, System.nanoTime()) + nanos;
        }
    }

    @Override
    public void interrupt() {
        line.output().interrupt();
    }

    @Override
    public void clearInterrupt() {
        line.output().clearInterrupt();
    }

    @Override
    public void finish() {
        line.output().finish();
    }

    private Interrupter interrupter() {
        return line.output().interrupter();
    }
}
