package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverInfo;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationParameters;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.monitor.decision.DecisionJson;
import io.jvmm.monitor.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Replies and events as QMP says them. */
final class QmpJson {
    private static final int NANOS_PER_MICRO = 1000;
    private static final int LAST_DECISIONS = 16;

    private QmpJson() {}

    static Json.Obj greeting() {
        return new Json.Obj()
                .put(
                        "QMP",
                        new Json.Obj().put("version", version()).put("capabilities", Json.array()));
    }

    static Json of(MonitorReply reply) {
        return switch (reply) {
            case MonitorReply.Done() -> new Json.Obj();
            case MonitorReply.Text(String text) -> new Json.Str(text.replace("\n", "\r\n"));
            case MonitorReply.Names(List<String> names) -> names(names);
            case MonitorReply.Migration(MigrationInfo info, var _) -> MigrationJson.of(info);
            case MonitorReply.MigrationEnded(MigrationInfo info) -> MigrationJson.of(info);
            case MonitorReply.Handover(HandoverInfo info) -> handover(info);
            case MonitorReply.Capabilities(MigrationCapabilities on) -> capabilities(on);
            case MonitorReply.Parameters(MigrationParameters values) -> parameters(values);
            case MonitorReply.Status(RunState state) ->
                    new Json.Obj()
                            .put("status", state.label())
                            .put("running", state == RunState.RUNNING);
            case MonitorReply.Version() -> version();
            case MonitorReply.Name(String name) ->
                    name.isEmpty() ? new Json.Obj() : new Json.Obj().put("name", name);
            case MonitorReply.Uuid(String uuid) -> new Json.Obj().put("UUID", uuid);
            case MonitorReply.Switchovers(var attempts) -> SwitchoverJson.of(attempts);
            case MonitorReply.Decisions(List<DecisionRecord> records) -> decisions(records);
            case MonitorReply.Stress(StressReport report) -> stress(report);
        };
    }

    static Json.Obj event(MonitorEvent event, Instant when) {
        Json.Obj timestamp =
                new Json.Obj()
                        .put("seconds", when.getEpochSecond())
                        .put("microseconds", when.getNano() / NANOS_PER_MICRO);
        Json.Obj json = new Json.Obj().put("timestamp", timestamp);
        return switch (event) {
            case MonitorEvent.Stopped() -> json.put("event", "STOP");
            case MonitorEvent.Resumed() -> json.put("event", "RESUME");
            case MonitorEvent.Migration(var status) ->
                    json.put("event", "MIGRATION")
                            .put("data", new Json.Obj().put("status", status.label()));
            case MonitorEvent.MigrationPass(long pass) ->
                    json.put("event", "MIGRATION_PASS")
                            .put("data", new Json.Obj().put("pass", pass));
            case MonitorEvent.Switchover(var attempt) ->
                    json.put("event", "SWITCHOVER").put("data", SwitchoverJson.summary(attempt));
            case MonitorEvent.Shutdown(ShutdownReason reason) ->
                    json.put("event", "SHUTDOWN")
                            .put(
                                    "data",
                                    new Json.Obj()
                                            .put("guest", reason.isGuest())
                                            .put("reason", reason.label()));
        };
    }

    private static Json.Obj version() {
        Json.Obj qemu =
                new Json.Obj()
                        .put("micro", ProductVersion.QEMU_MICRO)
                        .put("minor", ProductVersion.QEMU_MINOR)
                        .put("major", ProductVersion.QEMU_MAJOR);
        return new Json.Obj().put("qemu", qemu).put("package", "jvmm " + ProductVersion.product());
    }

    private static Json handover(HandoverInfo info) {
        Json.Obj json =
                new Json.Obj()
                        .put("side", info.side())
                        .put("state", info.state())
                        .put("attempt", info.attempt())
                        .put("who-runs", info.whoRuns())
                        .put("advice", info.advice());
        if (info.lastAnswer() != null) {
            json.put("last-answer", info.lastAnswer());
        }
        return json;
    }

    private static Json names(List<String> names) {
        List<Json> items = new ArrayList<>();
        names.forEach(name -> items.add(new Json.Obj().put("name", name)));
        return new Json.Arr(items);
    }

    /** The last few: clients refuse a text that is too long, and the file has them all. */
    private static Json decisions(List<DecisionRecord> records) {
        return new Json.Arr(
                records.stream()
                        .skip(Math.max(0, records.size() - LAST_DECISIONS))
                        .<Json>map(DecisionJson::of)
                        .toList());
    }

    private static Json capabilities(MigrationCapabilities on) {
        List<Json> items = new ArrayList<>();
        for (Capability capability : Capability.values()) {
            items.add(
                    new Json.Obj()
                            .put("state", on.isOn(capability))
                            .put("capability", capability.label()));
        }
        return new Json.Arr(items);
    }

    private static Json parameters(MigrationParameters values) {
        Json.Obj json = new Json.Obj();
        for (MigrationParameter parameter : MigrationParameter.values()) {
            json.put(
                    parameter.label(),
                    switch (values.get(parameter)) {
                        case ParameterValue.Unsigned number -> new Json.Num(number.toString());
                        case ParameterValue.Flag(boolean flag) -> new Json.Bool(flag);
                        case ParameterValue.Text(String text) -> new Json.Str(text);
                    });
        }
        return json;
    }

    private static Json stress(StressReport report) {
        List<Json> pauses = new ArrayList<>();
        for (StressReport.Pause pause : report.pauses()) {
            pauses.add(
                    new Json.Obj().put("start", pause.startNanos()).put("duration", pause.nanos()));
        }
        return new Json.Obj()
                .put("work", report.work())
                .put("pages", report.pages())
                .put("wrong-pages", report.wrongPages())
                .put("uarts", report.uarts().count())
                .put("uart-bytes", report.uarts().bytes())
                .put("uart-errors", report.uarts().errors())
                .put("pauses", new Json.Arr(pauses));
    }
}
