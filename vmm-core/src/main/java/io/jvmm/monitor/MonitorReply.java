package io.jvmm.monitor;

import io.jvmm.migration.HandoverInfo;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameters;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.admission.DecisionRecord;
import java.util.List;
import java.util.Optional;

/** The outcome of a command that was carried out. */
sealed interface MonitorReply {
    record Done() implements MonitorReply {}

    record Text(String text) implements MonitorReply {}

    record Names(List<String> names) implements MonitorReply {}

    /** With the last decision about a stop, if one was taken. */
    record Migration(MigrationInfo info, Optional<DecisionRecord> decision)
            implements MonitorReply {}

    /** A migration that was waited for has ended. */
    record MigrationEnded(MigrationInfo info) implements MonitorReply {}

    record Handover(HandoverInfo info) implements MonitorReply {}

    record Capabilities(MigrationCapabilities capabilities) implements MonitorReply {}

    record Parameters(MigrationParameters parameters) implements MonitorReply {}

    record Status(RunState state) implements MonitorReply {}

    record Version() implements MonitorReply {}

    record Name(String name) implements MonitorReply {}

    record Uuid(String uuid) implements MonitorReply {}

    /** The last attempts, the oldest first. */
    record Switchovers(List<SwitchoverInfo> attempts) implements MonitorReply {}

    record Decisions(List<DecisionRecord> records) implements MonitorReply {}

    record Stress(StressReport report) implements MonitorReply {}
}
