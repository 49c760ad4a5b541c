package io.jvmm.migration;

import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.security.SecureRandom;

/**
 * The messages of one session, made before the stop so that saying them costs nothing. The session
 * id is a secret between the two sides and is never logged.
 *
 * @param id the session
 * @param oneWayNanos half the measured round trip: how old a message is when it is read
 * @param go the start order
 * @param abort the word that the attempt is over
 */
record HandoverSession(SessionId id, long oneWayNanos, VmCommand.Go go, VmCommand.Abort abort) {
    static final int ATTEMPT = 1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    static HandoverSession create(long roundTripNanos) {
        SessionId id = SessionId.random(new SecureRandom());
        return new HandoverSession(
                id,
                roundTripNanos / 2,
                new VmCommand.Go(id, ATTEMPT),
                new VmCommand.Abort(id, ATTEMPT));
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
