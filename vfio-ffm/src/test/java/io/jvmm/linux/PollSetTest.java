package io.jvmm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.PollSet.Interest;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollSetTest {
    private final EventFd event = new EventFd();
    private final List<Socket> pair = Socket.pair();

    @AfterEach
    void close() {
        event.close();
        pair.forEach(Socket::close);
    }

    @Test
    void shouldSayWhichDescriptorIsReady() {
        PollSet set = new PollSet(Interest.reading(pair.get(0).fd()), Interest.reading(event.fd()));
        assertThat(set.poll(0)).isZero();
        event.signal();
        assertThat(set.poll(-1)).isEqualTo(1);
        assertThat(set.readable(0)).isFalse();
        assertThat(set.readable(1)).isTrue();
        event.drain();
        assertThat(set.poll(0)).isZero();
        assertThat(set.readable(1)).isFalse();
    }

    @Test
    void shouldReportRoomToWriteBesideSomethingToRead() {
        PollSet set = new PollSet(new Interest(pair.get(0).fd(), true, true));
        set.poll(-1);
        assertThat(set.writable(0)).isTrue();
        assertThat(set.readable(0)).isFalse();
    }

    @Test
    void shouldReportAPeerThatIsGone() {
        PollSet set = new PollSet(Interest.reading(pair.get(0).fd()));
        pair.get(1).close();
        set.poll(-1);
        assertThat(set.hangup(0)).isTrue();
        assertThat(set.readable(0)).isTrue();
    }

    @Test
    void shouldEndAfterTheTimeout() {
        PollSet set = new PollSet(Interest.reading(event.fd()));
        assertThat(set.poll(1)).isZero();
    }

    @Test
    void shouldWakeAThreadThatWaits() throws Exception {
        Thread waiter =
                Thread.ofPlatform().start(() -> new PollSet(Interest.reading(event.fd())).poll(-1));
        event.signal();
        waiter.join();
        assertThat(event.drain()).isTrue();
    }

    @Test
    void shouldGoOnWaitingAfterAKick() throws Exception {
        int[] tid = new int[1];
        CountDownLatch started = new CountDownLatch(1);
        Thread waiter =
                Thread.ofPlatform()
                        .start(() -> {
                            tid[0] = NativeThread.tid();
                            PollSet set = new PollSet(Interest.reading(event.fd()));
                            started.countDown();
                            assertThat(set.poll(-1)).isEqualTo(1);
                        });
        started.await();
        for (int i = 0; i < 100; i++) {
            assertThat(NativeThread.kick(tid[0])).isTrue();
        }
        event.signal();
        waiter.join();
    }

    @Test
    void shouldRefuseAnIndexOutsideTheSet() {
        PollSet set = new PollSet(Interest.reading(event.fd()));
        assertThatThrownBy(() -> set.readable(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
