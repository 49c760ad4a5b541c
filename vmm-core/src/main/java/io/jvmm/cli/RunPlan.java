package io.jvmm.cli;

import io.jvmm.machine.MachineConfig;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.monitor.MonitorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the options of {@code jvmm run} mean together.
 *
 * @param machine the machine and its guest
 * @param serial where the serial port writes
 * @param monitors the monitors, in order
 * @param incomingUri where to listen for a migration; null if nowhere yet
 * @param migration settings of the migration made before it starts
 * @param pidFile where to write the process id, or null
 */
record RunPlan(
        MachineConfig machine,
        SerialTarget serial,
        List<MonitorSpec> monitors,
        @Nullable String incomingUri,
        MigrationGlobals migration,
        @Nullable Path pidFile) {

    /** Where the serial port writes. */
    sealed interface SerialTarget {
        /** Nowhere. */
        record None() implements SerialTarget {}

        /** Standard output. */
        record Stdio() implements SerialTarget {}

        /** A file, made empty first. */
        record ToFile(Path path) implements SerialTarget {}
    }

    /**
     * What {@code -global migration.…} sets.
     *
     * @param capabilities capabilities to switch
     * @param parameters parameters to set
     * @param delays how slow the devices are on purpose
     */
    record MigrationGlobals(
            Map<Capability, Boolean> capabilities,
            Map<MigrationParameter, ParameterValue> parameters,
            DeviceDelays delays) {}
}
