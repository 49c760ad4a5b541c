package io.jvmm.machine;

import io.jvmm.migration.SwitchoverInfo;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One attempt to switch over, written once it is over. */
@Name("io.jvmm.SwitchoverAttempt")
@Label("Switchover Attempt")
@Category({"jvmm", "Migration"})
@Description("One attempt to switch over, written once it is over")
@StackTrace(false)
final class SwitchoverAttemptEvent extends Event {
    /** What JFR shows as not available. */
    private static final long NONE = Long.MIN_VALUE;

    @Label("Machine")
    String machine = "";

    @Label("Attempt")
    int attempt;

    @Label("Role")
    String role = "";

    @Label("Peer")
    String peer = "";

    @Label("Outcome")
    String outcome = "";

    @Label("Limit")
    @Description("Not available if none was enforced")
    @Timespan
    long limit;

    @Label("Total")
    @Description("From before the stop to the outcome")
    @Timespan
    long total;

    @Label("Watch Late")
    @Description("From the deadline to the watch's call; not available if it did not fire")
    @Timespan
    long watchLate = NONE;

    @Label("Rollback")
    @Description(
            "From the decision to abort to the vCPUs released; not available if there was none")
    @Timespan
    long rollback = NONE;

    void fill(String name, SwitchoverInfo info) {
        machine = name;
        attempt = info.attempt().number();
        role = info.attempt().role().label();
        peer = info.attempt().peer();
        outcome = info.outcome().label();
        limit = known(info.limitNanos());
        total = info.totalNanos();
        SwitchoverInfo.Abort abort = info.abort();
        if (abort != null) {
            watchLate = known(abort.watchLateNanos());
            rollback = known(abort.rollbackNanos());
        }
    }

    private static long known(long nanos) {
        return nanos == SwitchoverInfo.UNKNOWN ? NONE : nanos;
    }
}
