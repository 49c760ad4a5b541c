package io.jvmm.migration;

import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.security.SecureRandom;

/**
 * The source's words in one attempt of a session, made before the stop so that saying them costs
 * nothing. The session id is a secret between the two sides and is never logged.
 *
 * @param id the session
 * @param attempt the attempt that the words are about
 * @param oneWayNanos half the measured round trip: how old a message is when it is read
 * @param go the start order
 * @param abort the word that the attempt is over
 * @param done the word that the outcome is known
 */
record HandoverSession(
        SessionId id,
        int attempt,
        long oneWayNanos,
        VmCommand.Go go,
        VmCommand.Abort abort,
        VmCommand.Done done) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** A new session, in its first attempt. */
    static HandoverSession create(long roundTripNanos) {
        SessionId id = SessionId.random(new SecureRandom());
        return of(id, HandoverAttempt.FIRST, roundTripNanos / 2);
    }

    /** The same session in the attempt that follows. */
    HandoverSession next() {
        return of(id, attempt + 1, oneWayNanos);
    }

    private static HandoverSession of(SessionId id, int attempt, long oneWayNanos) {
        return new HandoverSession(
                id,
                attempt,
                oneWayNanos,
                new VmCommand.Go(id, attempt),
                new VmCommand.Abort(id, attempt),
                new VmCommand.Done(id, attempt));
    }

    /**
     * Writes the limit, and the downtime as it will be when the destination reads it, rounded up:
     * never too little.
     */
    void putDowntime(StreamWriter out, SwitchoverBudget budget, long downtimeNanos) {
        long arrival = downtimeNanos + oneWayNanos;
        VmCommand.SendSourceDowntime.encodeRecord(
                out, budget.limitMillis(), (arrival + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }
}
