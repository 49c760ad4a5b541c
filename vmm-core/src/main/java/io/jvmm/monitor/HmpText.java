package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverInfo;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationParameters;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverText;
import io.jvmm.migration.admission.DecisionRecord;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Replies as the human monitor prints them, each line ended by a newline. */
final class HmpText {
    private static final Set<MigrationParameter> NOT_PRINTED =
            EnumSet.of(
                    MigrationParameter.MULTIFD_ZLIB_LEVEL,
                    MigrationParameter.MULTIFD_ZSTD_LEVEL,
                    MigrationParameter.MULTIFD_QATZIP_LEVEL);

    private HmpText() {}

    static String of(MonitorReply reply) {
        return switch (reply) {
            case MonitorReply.Done() -> "";
            case MonitorReply.Text(String text) -> text;
            case MonitorReply.Names(var names) -> String.join("\n", names) + "\n";
            case MonitorReply.Migration(MigrationInfo info, var decision) ->
                    MigrationText.of(info, decision);
            case MonitorReply.MigrationEnded(MigrationInfo info) -> outcome(info);
            case MonitorReply.Handover(HandoverInfo info) -> handover(info);
            case MonitorReply.Capabilities(MigrationCapabilities on) -> capabilities(on);
            case MonitorReply.Parameters(MigrationParameters values) -> parameters(values);
            case MonitorReply.Status(RunState state) -> status(state);
            case MonitorReply.Version() ->
                    ProductVersion.qemu() + " (jvmm " + ProductVersion.product() + ")\n";
            case MonitorReply.Name(String name) -> name + "\n";
            case MonitorReply.Uuid(String uuid) -> uuid + "\n";
            case MonitorReply.Switchovers(var attempts) ->
                    attempts.stream().map(SwitchoverText::of).collect(Collectors.joining());
            case MonitorReply.Decisions(List<DecisionRecord> records) -> decisions(records);
            case MonitorReply.Stress(StressReport report) -> stress(report);
        };
    }

    private static String handover(HandoverInfo info) {
        String text =
                """
                side: %s
                state: %s
                attempt: %d
                who runs the guest: %s
                what to do: %s
                """
                        .formatted(
                                info.side(),
                                info.state(),
                                info.attempt(),
                                info.whoRuns(),
                                info.advice());
        return info.lastAnswer() == null
                ? text
                : text + "last answer of the destination: " + info.lastAnswer() + "\n";
    }

    private static String outcome(MigrationInfo info) {
        if (info.status() == MigrationStatus.COMPLETED) {
            return "";
        }
        String cause = info.errorDesc() == null ? "" : ": " + info.errorDesc();
        return "Error: migration " + info.status().label() + cause + "\n";
    }

    private static String capabilities(MigrationCapabilities on) {
        StringBuilder text = new StringBuilder();
        for (Capability capability : Capability.values()) {
            text.append(capability.label()).append(on.isOn(capability) ? ": on\n" : ": off\n");
        }
        return text.toString();
    }

    private static String parameters(MigrationParameters values) {
        StringBuilder text = new StringBuilder();
        for (MigrationParameter parameter : MigrationParameter.values()) {
            if (!NOT_PRINTED.contains(parameter)) {
                text.append(parameter.label())
                        .append(": ")
                        .append(parameter.print(values.get(parameter)))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String status(RunState state) {
        return switch (state) {
            case RUNNING -> "VM status: running\n";
            case PAUSED -> "VM status: paused\n";
            case PRELAUNCH,
                    INMIGRATE,
                    FINISH_MIGRATE,
                    POSTMIGRATE,
                    PREPARED,
                    DROPPED,
                    HANDOVER_UNKNOWN,
                    ROLLBACK_BLOCKED,
                    GUEST_PANICKED ->
                    "VM status: paused (" + state.label() + ")\n";
        };
    }

    private static String decisions(List<DecisionRecord> records) {
        StringBuilder text = new StringBuilder();
        for (DecisionRecord record : records) {
            text.append(record.when()).append(' ').append(decision(record)).append('\n');
        }
        return text.toString();
    }

    /** A decision in one line. */
    static String decision(DecisionRecord record) {
        String times = record.repeats() == 1 ? "" : " (" + record.repeats() + " times)";
        return "attempt %d %s%s, %s: %s"
                .formatted(
                        record.forecast().attempt(),
                        record.kind().code().replace('-', ' '),
                        times,
                        record.policy(),
                        record.describe());
    }

    private static String stress(StressReport report) {
        StringBuilder text = new StringBuilder();
        text.append("work: ").append(report.work()).append('\n');
        text.append("pages: ").append(report.pages()).append('\n');
        text.append("wrong pages: ").append(report.wrongPages()).append('\n');
        if (report.uarts().count() > 0) {
            text.append("uarts: ").append(report.uarts().count()).append('\n');
            text.append("uart bytes: ").append(report.uarts().bytes()).append('\n');
            text.append("uart errors: ").append(report.uarts().errors()).append('\n');
        }
        for (StressReport.Pause pause : report.pauses()) {
            text.append("pause: ").append(millis(pause.nanos()));
            text.append(" at ").append(pause.startNanos()).append(" ns\n");
        }
        return text.toString();
    }

    /** Nanoseconds as milliseconds with three decimals and the unit. */
    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
    }

    /** What a client sent, made fit to be sent back: control characters become question marks. */
    static String printable(String text) {
        int limit = 80;
        String shown = text.length() > limit ? text.substring(0, limit) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
