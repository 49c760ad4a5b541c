package io.jvmm.migration;

import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.channel.ChannelListener;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.InquiryHeader;
import io.jvmm.stream.wire.VmCommand;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Stays where the migration came in, and answers a source that has lost its connection. Each new
 * connection has a thread, a time, and a session id to show.
 */
final class HandoverListener implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HandoverListener.class.getName());
    private static final Duration EXCHANGE = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 8;

    private final ChannelListener listener;
    private final IncomingHandover handover;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Thread thread;
    private volatile boolean closed;

    HandoverListener(ChannelListener listener, IncomingHandover handover) {
        this.listener = listener;
        this.handover = handover;
        this.thread =
                Thread.ofPlatform().daemon().name("handover-listener").unstarted(this::accept);
    }

    void start() {
        thread.start();
    }

    /** Answers one connection, whose header is still to come, and closes it. */
    void answer(Channel channel, StreamReader in) {
        try (channel;
                ExchangeTimer _ = new ExchangeTimer(channel, EXCHANGE)) {
            InquiryHeader.decode(in);
            ReturnPathWriter voice = new ReturnPathWriter(channel.output());
            voice.open();
            while (!in.atEnd()) {
                if (Frame.decode(in) instanceof Frame.Command(VmCommand.Handover word)) {
                    handover.hearInquiry(word, voice);
                } else {
                    throw new MigrationException("Only words of a hand-over can come here.");
                }
            }
        } catch (StreamException | MigrationException e) {
            LOG.log(
                    Level.DEBUG,
                    "A connection about the hand-over ended early: {0}",
                    e.getMessage());
        }
    }

    /** Waits a moment for the answers that are under way. */
    void awaitAnswers() {
        try {
            if (places.tryAcquire(MOST_AT_ONCE, EXCHANGE.toMillis(), TimeUnit.MILLISECONDS)) {
                places.release(MOST_AT_ONCE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops listening: when this returns the address is free. Any thread. */
    @Override
    public void close() {
        closed = true;
        listener.close();
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (true) {
                Channel channel = listener.accept();
                if (places.tryAcquire()) {
                    startAnswering(channel);
                } else {
                    channel.close();
                }
            }
        } catch (StreamException e) {
            if (!closed) {
                LOG.log(Level.WARNING, "Nobody can ask about the hand-over any more.", e);
            }
        }
    }

    /**
     * A virtual one would keep its carrier in poll(2), and a few silent connections all of them.
     */
    private void startAnswering(Channel channel) {
        Thread.ofPlatform().daemon().name("handover-inquiry").start(() -> answer(channel));
    }

    private void answer(Channel channel) {
        try {
            answer(channel, new StreamReader(channel.input()));
        } finally {
            places.release();
        }
    }
}
