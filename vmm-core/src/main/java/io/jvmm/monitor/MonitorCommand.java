package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import java.util.Map;

/** What a monitor can be told, whichever language it was said in. */
sealed interface MonitorCommand {
    record Migrate(String uri, boolean detach) implements MonitorCommand {}

    record MigrateCancel() implements MonitorCommand {}

    record MigrateIncoming(String uri, boolean exitOnError) implements MonitorCommand {}

    record HandoverResolve(HandoverResolution resolution, boolean peerIsDead)
            implements MonitorCommand {}

    record SetCapabilities(Map<Capability, Boolean> changes) implements MonitorCommand {}

    record SetParameters(Map<MigrationParameter, ParameterValue> changes)
            implements MonitorCommand {}

    record Stop() implements MonitorCommand {}

    record Cont() implements MonitorCommand {}

    record Quit() implements MonitorCommand {}

    /** Asks for something; changes nothing. */
    record Query(Topic topic) implements MonitorCommand {}

    /** Answers with a text that is known already: help. */
    record Explain(String text) implements MonitorCommand {}

    /** A line of the human monitor, said in QMP. */
    record HumanLine(String line) implements MonitorCommand {}

    /** Lists the commands of QMP. */
    record ListCommands() implements MonitorCommand {}

    /** What can be asked for. */
    enum Topic {
        MIGRATE,
        HANDOVER,
        CAPABILITIES,
        PARAMETERS,
        STATUS,
        VERSION,
        NAME,
        UUID,
        DECISIONS,
        STRESS,
        SWITCHOVER
    }
}
