package io.jvmm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.PollSet.Interest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The calls between the stop and the start of a guest allocate nothing, whatever the compiler has
 * done so far.
 */
class AllocationTest {
    private static final Ioctl FIONREAD = Ioctl.none("FIONREAD", 0x54, 0x1b);
    private static final Ioctl UNKNOWN = Ioctl.none("UNKNOWN", 0xae, 0xff);

    private final List<Socket> pair = Socket.pair();
    private final Fd out = pair.get(0).fd();
    private final Fd in = pair.get(1).fd();
    private final EventFd event = new EventFd();
    private final MemorySegment buffer = Arena.ofAuto().allocate(64);

    @AfterEach
    void close() {
        pair.forEach(Socket::close);
        event.close();
    }

    @Test
    void shouldReadAndWriteWithoutAllocating() {
        assertAllocatesNothing(() -> {
            out.write(buffer, 8, 16);
            in.read(buffer, 0, 64);
        });
    }

    @Test
    void shouldScatterAndGatherWithoutAllocating() {
        IoVec pieces = new IoVec(4);
        assertAllocatesNothing(() -> {
            pieces.clear();
            pieces.add(buffer, 0, 8);
            pieces.add(buffer, 8, 8);
            out.writev(pieces);
            pieces.advance(3);
            in.readv(pieces);
            in.read(buffer);
        });
    }

    @Test
    void shouldAnswerWouldBlockWithoutAllocating() {
        in.setNonBlocking(true);
        assertAllocatesNothing(() -> in.read(buffer));
    }

    @Test
    void shouldMakeRequestsWithoutAllocating() {
        assertAllocatesNothing(() -> {
            in.ioctl(FIONREAD, buffer);
            in.tryIoctl(UNKNOWN, 0);
        });
    }

    @Test
    void shouldPollAndSignalWithoutAllocating() {
        PollSet set = new PollSet(Interest.reading(in), Interest.reading(event.fd()));
        assertAllocatesNothing(() -> {
            event.signal();
            set.poll(-1);
            set.readable(1);
            event.drain();
        });
    }

    @Test
    void shouldKickWithoutAllocating() {
        int tid = NativeThread.tid();
        assertAllocatesNothing(() -> NativeThread.kick(tid));
    }

    private static void assertAllocatesNothing(Runnable code) {
        assertThat(Allocation.ofThousand(code)).isZero();
    }
}
