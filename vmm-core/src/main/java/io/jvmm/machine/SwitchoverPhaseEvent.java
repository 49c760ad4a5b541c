package io.jvmm.machine;

import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.switchover.LedgerLine;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** One line of an attempt's ledger, written once the attempt is over. */
@Name("io.jvmm.SwitchoverPhase")
@Label("Switchover Phase")
@Category({"jvmm", "Migration"})
@Description("One line of an attempt's ledger, written once the attempt is over")
@StackTrace(false)
final class SwitchoverPhaseEvent extends Event {
    @Label("Machine")
    String machine = "";

    @Label("Attempt")
    int attempt;

    @Label("Role")
    @Description("What this process was in the attempt")
    String role = "";

    @Label("Side")
    @Description("Who spent the time")
    String side = "";

    @Label("Phase")
    String phase = "";

    @Label("Device")
    String device = "";

    @Label("Sum")
    @Description("Which sum the line belongs to")
    String sum = "";

    @Label("Start")
    @Description("From the start of the downtime; not available if not known")
    @Timespan
    long start;

    @Label("Reserve")
    @Timespan
    long reserve;

    @Label("Spent")
    @Timespan
    long spent;

    @Label("Slack")
    @Timespan
    long slack;

    void fill(String name, SwitchoverInfo info, LedgerLine line) {
        machine = name;
        attempt = info.attempt().number();
        role = info.attempt().role().label();
        side = line.side().label();
        phase = line.phase().label();
        device = line.device();
        sum = line.sum().label();
        start = line.startNanos() == LedgerLine.UNKNOWN ? Long.MIN_VALUE : line.startNanos();
        reserve = line.reserveNanos();
        spent = line.spentNanos();
        slack = line.slackNanos();
    }
}
