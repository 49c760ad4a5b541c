package io.jvmm.migration;

import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.channel.Connector;
import io.jvmm.stream.channel.MigrationAddress;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.InquiryHeader;
import io.jvmm.stream.wire.PeerKind;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.VmCommand;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the source still has to say, or to ask, when the migration's own connection is gone. Each
 * exchange has a connection of its own, and shows the session id.
 *
 * <pre>
 *   UNKNOWN   QUERY ──►  ◄── STARTED, DROPPED: the outcome    READY: GO again    NO_SUCH_SESSION: nothing
 *   aborted   ABORT ──►  ◄── DROPPED, NO_SUCH_SESSION: nobody waits there any more
 * </pre>
 *
 * <p>One thread, the migration's; {@link #close} is for any.
 */
final class HandoverInquiry {
    private static final Duration EXCHANGE = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    /** How long an ABORT is offered to a destination that nobody can reach. */
    private static final long OFFER_NANOS = 600_000_000_000L;

    private final MigrationAddress address;
    private final HandoverSession session;
    private final SourceJudge judge;
    private final NanoClock clock;
    private volatile String lastAnswer = "none yet";
    private volatile @Nullable Connector connector;
    private volatile boolean closed;
    private boolean nobodyListens;

    HandoverInquiry(
            MigrationAddress address, HandoverSession session, SourceJudge judge, NanoClock clock) {
        this.address = address;
        this.session = session;
        this.judge = judge;
        this.clock = clock;
    }

    /** Asks until the outcome is known, the operator has decided, or {@link #close}. */
    void ask() {
        long pause = FIRST_PAUSE_NANOS;
        while (isUnknown() && !closed) {
            exchange(new VmCommand.Query(session.id(), session.attempt()));
            pause = pause(pause, isUnknown());
        }
    }

    /** Says that the attempt is over until somebody has heard it, or {@link #close}. */
    void offerAbort() {
        long begin = clock.nanoTime();
        long pause = FIRST_PAUSE_NANOS;
        while (!closed && clock.nanoTime() - begin < OFFER_NANOS) {
            if (exchange(session.abort()) || nobodyListens) {
                return;
            }
            pause = pause(pause, true);
        }
    }

    /** What came of the last exchange, for people. Any thread. */
    String lastAnswer() {
        return lastAnswer;
    }

    /** Ends what is under way. Any thread; the caller unparks the migration thread. */
    void close() {
        closed = true;
        Connector current = connector;
        if (current != null) {
            current.interrupt();
        }
    }

    private boolean isUnknown() {
        return judge.state() == State.UNKNOWN;
    }

    private long pause(long nanos, boolean needed) {
        if (needed && !closed) {
            LockSupport.parkNanos(this, nanos);
        }
        return Math.min(2 * nanos, LONGEST_PAUSE_NANOS);
    }

    /** One connection; false if nobody answered. */
    private boolean exchange(VmCommand.Handover word) {
        try (Connector attempt = new Connector(address, EXCHANGE)) {
            connector = attempt;
            try (Channel channel = attempt.connect();
                    ExchangeTimer _ = new ExchangeTimer(channel, EXCHANGE)) {
                return converse(channel, word);
            } finally {
                nobodyListens = attempt.nobodyListens();
            }
        } catch (StreamException e) {
            lastAnswer = String.valueOf(e.getMessage());
            return false;
        }
    }

    private boolean converse(Channel channel, VmCommand.Handover word) {
        StreamWriter out = new StreamWriter(channel.output());
        StreamReader in = new StreamReader(channel.input());
        InquiryHeader.encode(out);
        say(out, word);
        boolean answered = false;
        while (!in.atEnd()) {
            if (!(ReturnPathMessage.decode(in, PeerKind.JVMM) instanceof HandoverMessage answer)
                    || !answer.id().equals(session.id())) {
                continue;
            }
            answered = true;
            lastAnswer = answer.getClass().getSimpleName();
            judge.heard(answer);
            if (answer instanceof HandoverMessage.Ready ready
                    && judge.mayGoAgain(ready.attempt())) {
                say(out, session.go());
                continue;
            }
            if (judge.isOutcomeKnown()) {
                say(out, session.done());
            }
            break;
        }
        return answered;
    }

    private static void say(StreamWriter out, VmCommand command) {
        new Frame.Command(command).encode(out);
        out.flush();
    }
}
