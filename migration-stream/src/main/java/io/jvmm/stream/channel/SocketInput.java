package io.jvmm.stream.channel;

import io.jvmm.linux.Fd;
import io.jvmm.linux.PollSet;
import io.jvmm.linux.SyscallException;
import java.lang.foreign.MemorySegment;

/** The reading half of a socket. */
final class SocketInput implements ChannelInput {
    private final SocketChannel channel;
    private final Fd fd;
    private final Interrupter interrupter;
    private final PollSet readable;

    SocketInput(SocketChannel channel) {
        this.channel = channel;
        fd = channel.socket().fd();
        interrupter = new Interrupter("read from " + channel.peer());
        readable = new PollSet(PollSet.Interest.reading(fd), interrupter.interest());
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        channel.enter();
        try {
            long read;
            do {
                read = readSome(into, offset, length);
            } while (read == Fd.WOULD_BLOCK);
            return read == 0 ? -1 : read;
        } catch (SyscallException e) {
            throw channel.failed("Read", e);
        } finally {
            channel.leave();
        }
    }

    private long readSome(MemorySegment into, long offset, long length) {
        interrupter.check();
        long read = fd.read(into, offset, length);
        if (read == Fd.WOULD_BLOCK) {
            interrupter.await(readable, 1, -1);
        }
        if (read <= 0) {
            channel.checkUp();
        }
        return read;
    }

    @Override
    public void interrupt() {
        channel.raise(interrupter);
    }

    @Override
    public void clearInterrupt() {
        channel.clear(interrupter);
    }

    void close() {
        interrupter.close();
    }
}
