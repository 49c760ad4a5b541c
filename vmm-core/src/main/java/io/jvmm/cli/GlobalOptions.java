package io.jvmm.cli;

import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.ParameterValue;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code -global migration.PROPERTY=VALUE}. As in QEMU, {@code x-CAPABILITY} switches a capability
 * and a parameter's name sets the parameter. {@code x-save-delay} and {@code x-load-delay} are
 * ours.
 */
final class GlobalOptions {
    private static final String OPTION = "-global";
    private static final String SAVE_DELAY = "x-save-delay";
    private static final String LOAD_DELAY = "x-load-delay";

    /** What a stream of ours always has; it cannot be switched off. */
    private static final Set<String> ALWAYS_ON =
            Set.of(
                    "store-global-state",
                    "send-configuration",
                    "send-section-footer",
                    "send-switchover-start");

    private final Map<Capability, Boolean> capabilities = new EnumMap<>(Capability.class);
    private final Map<MigrationParameter, ParameterValue> parameters =
            new EnumMap<>(MigrationParameter.class);
    private DeviceDelays delays = DeviceDelays.NONE;

    private GlobalOptions() {}

    static RunPlan.MigrationGlobals parse(List<String> globals) {
        GlobalOptions options = new GlobalOptions();
        globals.forEach(options::add);
        return new RunPlan.MigrationGlobals(
                options.capabilities, options.parameters, options.delays);
    }

    private void add(String global) {
        int equals = global.indexOf('=');
        if (!global.startsWith("migration.") || equals < 0) {
            throw new UsageException(
                    OPTION + ": expects migration.PROPERTY=VALUE: value=" + global);
        }
        String property = global.substring("migration.".length(), equals);
        String value = global.substring(equals + 1);
        if (property.equals(SAVE_DELAY)) {
            delays = new DeviceDelays(millis(property, value), delays.loadMillis());
        } else if (property.equals(LOAD_DELAY)) {
            delays = new DeviceDelays(delays.saveMillis(), millis(property, value));
        } else if (ALWAYS_ON.contains(property)) {
            if (!flag(global, value)) {
                throw new UsageException(OPTION + ": cannot be switched off: " + property);
            }
        } else {
            set(property, value, global);
        }
    }

    private void set(String property, String value, String global) {
        for (Capability capability : Capability.values()) {
            String label = capability.label();
            if (property.equals(label.startsWith("x-") ? label : "x-" + label)) {
                capabilities.put(capability, flag(global, value));
                return;
            }
        }
        try {
            MigrationParameter parameter = MigrationParameter.fromLabel(property);
            parameters.put(parameter, parameter.parse(value));
        } catch (MigrationRefusedException e) {
            throw new UsageException(OPTION + " " + global + ": " + e.getMessage());
        }
    }

    private static long millis(String property, String value) {
        return OptionList.count(OPTION + " migration." + property, value);
    }

    private static boolean flag(String global, String value) {
        return switch (value) {
            case "on", "true", "yes" -> true;
            case "off", "false", "no" -> false;
            default -> throw new UsageException(OPTION + ": expects on or off: value=" + global);
        };
    }
}
