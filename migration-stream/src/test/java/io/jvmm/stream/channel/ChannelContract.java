package io.jvmm.stream.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.jvmm.stream.BufferList;
import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.StreamIoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every duplex channel does, whatever it runs over. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ChannelContract {
    private static final int PAGE = 4096;
    private static final int MORE_THAN_ANY_BUFFER = 64 * 1024 * 1024;

    private Channel near;
    private Channel far;

    /** Two connected channels. */
    abstract Channel[] connect() throws Exception;

    /** Gives up what {@link #connect} has made beside the channels. */
    void disconnect() {}

    @BeforeEach
    void open() throws Exception {
        Channel[] ends = connect();
        near = ends[0];
        far = ends[1];
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
        disconnect();
    }

    @Test
    void shouldCarryBytesInOrderBothWays() {
        write(near, "abc");
        write(far, "defg");

        assertThat(read(far, 3)).isEqualTo("abc");
        assertThat(read(near, 4)).isEqualTo("defg");
        assertThat(near.duplex()).isTrue();
        assertThat(near.peer()).contains(":");
    }

    @Test
    void shouldCarryBigGathersInOrder() throws Exception {
        MemorySegment sent = randomMemory(4_000 * PAGE);
        MemorySegment received = Arena.ofAuto().allocate(sent.byteSize());
        FutureTask<?> writer = inBackground(() -> near.output().write(shuffled(sent)));
        readFully(far, received);
        join(writer);

        BufferList list = shuffled(sent);
        long position = 0;
        for (int i = 0; i < list.count(); i++) {
            MemorySegment expected = sent.asSlice(list.offset(i), list.length(i));
            assertThat(expected.mismatch(received.asSlice(position, list.length(i)))).isEqualTo(-1);
            position += list.length(i);
        }
    }

    @Test
    void shouldSeeTheEndAfterAllBytesWhenThePeerFinishes() {
        write(near, "abc");
        near.output().finish();

        assertThat(read(far, 3)).isEqualTo("abc");
        assertThat(readOnce(far)).isEqualTo(-1);
        write(far, "still open");
        assertThat(read(near, 10)).isEqualTo("still open");
    }

    @Test
    void shouldSeeTheEndAfterAllBytesWhenThePeerCloses() {
        write(near, "abc");
        near.close();

        assertThat(read(far, 3)).isEqualTo("abc");
        assertThat(readOnce(far)).isEqualTo(-1);
        assertThat(readOnce(far)).isEqualTo(-1);
    }

    @Test
    void shouldFailToWriteToAPeerThatHasClosed() {
        far.close();
        MemorySegment memory = Arena.ofAuto().allocate(MORE_THAN_ANY_BUFFER);

        assertThatThrownBy(() -> near.output().write(listOf(memory)))
                .isInstanceOf(StreamIoException.class)
                .hasMessageContaining(near.peer());
    }

    @Test
    void shouldBreakABlockedWriteWhenThePeerCloses() throws Exception {
        FutureTask<?> writer = blockedWriter(near);
        far.close();

        assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamIoException.class);
    }

    @Test
    void shouldInterruptABlockedRead() throws Exception {
        FutureTask<?> reader = blockedReader(near);
        near.input().interrupt();

        assertThatThrownBy(() -> join(reader)).isInstanceOf(StreamInterruptedException.class);
    }

    @Test
    void shouldInterruptABlockedWrite() throws Exception {
        FutureTask<?> writer = blockedWriter(near);
        near.output().interrupt();

        assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamInterruptedException.class);
    }

    @Test
    void shouldStayInterruptedUntilCleared() {
        write(far, "x");
        near.input().interrupt();
        near.output().interrupt();
        near.output().interrupt();

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> readOnce(near)).isInstanceOf(StreamInterruptedException.class);
            assertThatThrownBy(() -> write(near, "y"))
                    .isInstanceOf(StreamInterruptedException.class);
        }
        near.input().clearInterrupt();
        near.output().clearInterrupt();

        assertThat(read(near, 1)).isEqualTo("x");
        write(near, "y");
        assertThat(read(far, 1)).isEqualTo("y");
    }

    @Test
    void shouldInterruptOneHalfOnly() {
        near.output().interrupt();
        write(far, "x");

        assertThat(read(near, 1)).isEqualTo("x");
    }

    @Test
    void shouldGoOnExactlyWhereAnInterruptedWriteStopped() throws Exception {
        MemorySegment sent = randomMemory(MORE_THAN_ANY_BUFFER);
        BufferList list = listOf(sent);
        FutureTask<?> writer = inBackground(() -> near.output().write(list));
        awaitBlocked(writer);
        near.output().interrupt();
        assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamInterruptedException.class);
        assertThat(list.byteSize()).isPositive().isLessThan(sent.byteSize());

        near.output().clearInterrupt();
        FutureTask<?> again = inBackground(() -> near.output().write(list));
        MemorySegment received = Arena.ofAuto().allocate(sent.byteSize());
        readFully(far, received);
        join(again);

        assertThat(sent.mismatch(received)).isEqualTo(-1);
        assertThat(list.count()).isZero();
    }

    @Test
    void shouldWakeAReaderOnShutdown() throws Exception {
        FutureTask<?> reader = blockedReader(near);
        near.shutdown();

        assertThatThrownBy(() -> join(reader)).isInstanceOf(StreamIoException.class);
        assertThat(readOnce(far)).isEqualTo(-1);
    }

    @Test
    void shouldWakeAWriterOnShutdown() throws Exception {
        FutureTask<?> writer = blockedWriter(near);
        near.shutdown();

        assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamIoException.class);
    }

    @Test
    void shouldWakeReaderAndWriterOnClose() throws Exception {
        FutureTask<?> reader = blockedReader(near);
        FutureTask<?> writer = blockedWriter(near);
        near.close();

        assertThatThrownBy(() -> join(reader)).isInstanceOf(StreamIoException.class);
        assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamIoException.class);
    }

    @Test
    void shouldTakeEverythingAfterClose() {
        near.close();
        near.close();
        near.shutdown();

        assertThatCode(() -> near.output().interrupt()).doesNotThrowAnyException();
        assertThatCode(() -> near.input().interrupt()).doesNotThrowAnyException();
        assertThatThrownBy(() -> readOnce(near)).isInstanceOf(StreamIoException.class);
        assertThatThrownBy(() -> write(near, "x")).isInstanceOf(StreamIoException.class);
        assertThatThrownBy(() -> near.output().finish()).isInstanceOf(StreamIoException.class);
    }

    @Test
    void shouldLeakNoDescriptor() throws Exception {
        close();
        long before = openDescriptors();
        for (int i = 0; i < 20; i++) {
            open();
            FutureTask<?> reader = blockedReader(near);
            near.close();
            assertThatThrownBy(() -> join(reader)).isInstanceOf(StreamIoException.class);
            close();
        }

        assertThat(openDescriptors()).isEqualTo(before);
    }

    /**
     * An interrupt that came too late would write into whatever has got the descriptor's number.
     */
    @Test
    void shouldStandInterruptsThatRaceWithClose() throws Exception {
        AtomicReference<Channel> target = new AtomicReference<>(near);
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<?> interrupts =
                inBackground(() -> {
                    while (!over.get()) {
                        target.get().input().interrupt();
                        target.get().output().interrupt();
                    }
                });
        for (int i = 0; i < 200; i++) {
            close();
            open();
            write(far, "x");
            far.output().finish();
            write(near, "y");
            near.output().finish();

            assertThat(read(near, 1)).isEqualTo("x");
            assertThat(read(far, 1)).isEqualTo("y");
            assertThat(readOnce(near)).isEqualTo(-1);
            assertThat(readOnce(far)).isEqualTo(-1);
            target.set(near);
        }
        over.set(true);
        join(interrupts);
    }

    @Test
    void shouldAllocateNothingToWriteReadAndInterrupt() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MemorySegment memory = Arena.ofAuto().allocate(2 * PAGE);
        BufferList list = new BufferList(1);
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 15_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            list.add(memory, 0, PAGE);
            near.output().write(list);
            long left = PAGE;
            while (left > 0) {
                left -= far.input().read(memory, PAGE, left);
            }
            near.output().interrupt();
            near.output().clearInterrupt();
        }

        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 5_000).isZero();
    }

    private FutureTask<?> blockedReader(Channel channel) throws Exception {
        FutureTask<?> reader = inBackground(() -> readOnce(channel));
        awaitBlocked(reader);
        return reader;
    }

    private FutureTask<?> blockedWriter(Channel channel) throws Exception {
        BufferList list = listOf(Arena.ofAuto().allocate(MORE_THAN_ANY_BUFFER));
        FutureTask<?> writer = inBackground(() -> channel.output().write(list));
        awaitBlocked(writer);
        return writer;
    }

    /**
     * Gives a call that must not return time to get into the kernel. Too little time would not fail
     * the test, since an interrupt before the call counts as well.
     */
    private static void awaitBlocked(FutureTask<?> call) throws Exception {
        assertThatThrownBy(() -> call.get(20, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    static FutureTask<?> inBackground(Runnable work) {
        return inBackground(() -> {
            work.run();
            return true;
        });
    }

    private static <T> FutureTask<T> inBackground(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    static void join(FutureTask<?> task) throws Exception {
        try {
            task.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    static BufferList listOf(MemorySegment memory) {
        BufferList list = new BufferList(1);
        list.add(memory, 0, memory.byteSize());
        return list;
    }

    /** All pages, last one first, each in two uneven pieces. */
    private static BufferList shuffled(MemorySegment memory) {
        int pages = (int) (memory.byteSize() / PAGE);
        BufferList list = new BufferList(2 * pages);
        for (int page = pages - 1; page >= 0; page--) {
            list.add(memory, (long) page * PAGE + 8, PAGE - 8);
            list.add(memory, (long) page * PAGE, 8);
        }
        return list;
    }

    static void write(Channel channel, String text) {
        channel.output().write(listOf(Arena.ofAuto().allocateFrom(text).asSlice(0, text.length())));
    }

    static String read(Channel channel, int length) {
        MemorySegment memory = Arena.ofAuto().allocate(length + 1);
        readFully(channel, memory.asSlice(0, length));
        return memory.getString(0);
    }

    static long readOnce(Channel channel) {
        return channel.input().read(Arena.ofAuto().allocate(16), 0, 16);
    }

    static void readFully(Channel channel, MemorySegment into) {
        long done = 0;
        while (done < into.byteSize()) {
            long read = channel.input().read(into, done, into.byteSize() - done);
            assertThat(read).isPositive();
            done += read;
        }
    }

    private static MemorySegment randomMemory(int size) {
        MemorySegment memory = Arena.ofAuto().allocate(size, 8);
        Random random = new Random(7);
        for (long i = 0; i < size; i += 8) {
            memory.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        return memory;
    }

    static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }
}
