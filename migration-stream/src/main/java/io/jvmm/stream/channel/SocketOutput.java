package io.jvmm.stream.channel;

import io.jvmm.linux.Fd;
import io.jvmm.linux.IoVec;
import io.jvmm.linux.PollSet;
import io.jvmm.linux.SyscallException;
import io.jvmm.stream.BufferList;

/** The writing half of a socket. */
final class SocketOutput implements ChannelOutput {
    private static final int PIECES = 256;

    private final SocketChannel channel;
    private final Fd fd;
    private final Interrupter interrupter;
    private final PollSet writable;
    private final IoVec pieces = new IoVec(PIECES);

    SocketOutput(SocketChannel channel) {
        this.channel = channel;
        fd = channel.socket().fd();
        interrupter = new Interrupter("write to " + channel.peer());
        writable = new PollSet(PollSet.Interest.writing(fd), interrupter.interest());
    }

    @Override
    public void write(BufferList buffers) {
        channel.enter();
        try {
            pieces.clear();
            while (buffers.count() > 0) {
                writeSome(buffers);
            }
        } catch (SyscallException e) {
            throw channel.failed("Write", e);
        } finally {
            channel.leave();
        }
    }

    private void writeSome(BufferList buffers) {
        interrupter.check();
        channel.checkUp();
        if (pieces.count() == 0) {
            fill(buffers);
        }
        long written = fd.writev(pieces);
        if (written == Fd.WOULD_BLOCK) {
            interrupter.await(writable, 1, -1);
        } else {
            pieces.advance(written);
            buffers.consume(written);
        }
    }

    private void fill(BufferList buffers) {
        pieces.clear();
        int count = Math.min(buffers.count(), PIECES);
        for (int i = 0; i < count; i++) {
            pieces.add(buffers.segment(i), buffers.offset(i), buffers.length(i));
        }
    }

    @Override
    public void interrupt() {
        channel.raise(interrupter);
    }

    @Override
    public void clearInterrupt() {
        channel.clear(interrupter);
    }

    @Override
    public void finish() {
        channel.enter();
        try {
            channel.checkUp();
            channel.socket().shutdownWrite();
        } catch (SyscallException e) {
            throw channel.failed("Half-close", e);
        } finally {
            channel.leave();
        }
    }

    Interrupter interrupter() {
        return interrupter;
    }

    void close() {
        interrupter.close();
    }
}
