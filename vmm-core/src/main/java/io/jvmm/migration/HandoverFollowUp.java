package io.jvmm.migration;

import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.channel.MigrationAddress;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the source still does for a hand-over once the migration's own connection is gone: asks for
 * an outcome that it does not know, waits for the operator's word where nobody can be asked, and
 * offers ABORT to a destination that may not have heard of it. Migration thread, but for {@link
 * #close} and {@link #lastAnswer}.
 */
final class HandoverFollowUp {
    private final MigrationAddress address;
    private final SourceJudge judge;
    private final NanoClock clock;
    private volatile @Nullable HandoverInquiry inquiry;
    private volatile boolean closed;

    HandoverFollowUp(MigrationAddress address, SourceJudge judge, NanoClock clock) {
        this.address = address;
        this.judge = judge;
        this.clock = clock;
    }

    /** Returns when the outcome is known, or at {@link #close}. */
    void awaitOutcome(@Nullable HandoverSession session) {
        HandoverInquiry asking = inquiry(session);
        while (judge.state() == State.UNKNOWN && !closed) {
            if (asking == null) {
                LockSupport.park(this);
            } else {
                asking.ask();
            }
        }
    }

    /** Returns when the destination has heard it, or nobody is there, or at {@link #close}. */
    void offerAbort(@Nullable HandoverSession session) {
        HandoverInquiry offering = inquiry(session);
        if (offering != null) {
            offering.offerAbort();
        }
    }

    /** What came of the last question, for people; null if there was none. Any thread. */
    @Nullable String lastAnswer() {
        HandoverInquiry current = inquiry;
        return current == null ? null : current.lastAnswer();
    }

    /** Ends it. Any thread; the caller unparks the migration thread. */
    void close() {
        closed = true;
        HandoverInquiry current = inquiry;
        if (current != null) {
            current.close();
        }
    }

    private @Nullable HandoverInquiry inquiry(@Nullable HandoverSession session) {
        if (session == null) {
            return null;
        }
        HandoverInquiry made = new HandoverInquiry(address, session, judge, clock);
        inquiry = made;
        if (closed) {
            made.close();
        }
        return made;
    }
}
