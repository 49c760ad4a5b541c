package io.jvmm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class NativeThreadTest {
    @Test
    void shouldKnowTheNumberOfEachThread() throws Exception {
        FutureTask<Integer> other = new FutureTask<>(NativeThread::tid);
        Thread.ofPlatform().start(other);
        assertThat(NativeThread.tid())
                .isEqualTo(Function.getFunction("c", "gettid").invokeInt(new Object[0]))
                .isNotEqualTo(other.get());
    }

    @Test
    void shouldSurviveAKickOfItself() {
        assertThat(NativeThread.kick(NativeThread.tid())).isTrue();
    }

    @Test
    void shouldSurviveKicksWhereverAThreadIs() throws Exception {
        List<Socket> pair = Socket.pair();
        int[] tid = new int[1];
        CountDownLatch started = new CountDownLatch(1);
        FutureTask<Long> reader =
                new FutureTask<>(() -> {
                    tid[0] = NativeThread.tid();
                    started.countDown();
                    return pair.get(0).fd().read(Arena.ofAuto().allocate(8));
                });
        Thread.ofPlatform().start(reader);
        started.await();
        for (int i = 0; i < 1000; i++) {
            assertThat(NativeThread.kick(tid[0])).isTrue();
        }
        pair.get(1).fd().write(Arena.ofAuto().allocate(3));
        assertThat(reader.get()).isEqualTo(3);
        pair.forEach(Socket::close);
    }

    @Test
    void shouldSayWhenTheThreadIsGone() {
        assertThat(NativeThread.kick(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void shouldSetTheTimerSlackOfTheCallingThread() throws Exception {
        FutureTask<String> slack =
                new FutureTask<>(() -> {
                    assertThat(NativeThread.setTimerSlack(1)).isTrue();
                    return Files.readString(
                                    Path.of("/proc/" + NativeThread.tid() + "/timerslack_ns"))
                            .strip();
                });
        Thread.ofPlatform().start(slack);
        assertThat(slack.get()).isEqualTo("1");
    }

    @Test
    void shouldSwitchBetweenTheSchedulersOrSayNo() throws Exception {
        FutureTask<Boolean> consistent =
                new FutureTask<>(() -> {
                    boolean fifo = NativeThread.setFifoPriority(1);
                    int policy = policy();
                    assertThat(NativeThread.setNormalPriority()).isTrue();
                    assertThat(policy()).isZero();
                    return policy == (fifo ? 1 : 0);
                });
        Thread.ofPlatform().start(consistent);
        assertThat(consistent.get()).isTrue();
    }

    @Test
    void shouldRefuseAPriorityThatDoesNotExist() {
        assertThat(NativeThread.setFifoPriority(100)).isFalse();
    }

    private static int policy() {
        return Function.getFunction("c", "sched_getscheduler").invokeInt(new Object[] {0});
    }
}
