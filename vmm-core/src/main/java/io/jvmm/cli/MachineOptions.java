package io.jvmm.cli;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.DeviceConfig;
import io.jvmm.machine.MachineConfig;
import io.jvmm.machine.MachineType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code -machine -accel -m -smp -name -uuid}. */
final class MachineOptions {
    private static final long MEBIBYTE = 1L << 20;
    private static final long DEFAULT_MEMORY = 128 * MEBIBYTE;

    private MachineType type = MachineType.MICROVM;
    private final List<AcceleratorKind> accelerators = new ArrayList<>();

    private MachineOptions() {}

    static MachineConfig.Hardware hardware(
            List<String> machines,
            List<String> accels,
            String memory,
            String smp,
            List<DeviceConfig> devices) {
        MachineOptions options = new MachineOptions();
        machines.forEach(options::machine);
        accels.forEach(options::accel);
        if (options.accelerators.isEmpty()) {
            options.accelerators.addAll(List.of(AcceleratorKind.values()));
        }
        long bytes = memory.isEmpty() ? DEFAULT_MEMORY : memory(memory);
        int vcpus = smp.isEmpty() ? 1 : vcpus(smp);
        return new MachineConfig.Hardware(
                options.type, List.copyOf(options.accelerators), bytes, vcpus, devices);
    }

    private void machine(String text) {
        OptionList list = OptionList.parse("-machine", text, "type");
        String name = list.take("type");
        if (name != null && !name.isEmpty()) {
            type = MachineType.of(name);
        }
        for (String accel : list.take("accel", "").split(":", -1)) {
            if (!accel.isEmpty()) {
                accel(accel);
            }
        }
        list.end();
    }

    private void accel(String text) {
        OptionList list = OptionList.parse("-accel", text, "accel");
        accelerators.add(AcceleratorKind.of(list.require("accel")));
        list.end();
    }

    private static long memory(String text) {
        OptionList list = OptionList.parse("-m", text, "size");
        long bytes = OptionList.size("-m", list.require("size"), MEBIBYTE);
        list.end();
        return bytes;
    }

    private static int vcpus(String text) {
        OptionList list = OptionList.parse("-smp", text, "cpus");
        int count = OptionList.count("-smp", list.require("cpus"));
        list.end();
        return count;
    }

    static String name(String text) {
        OptionList list = OptionList.parse("-name", text, "guest");
        String name = list.take("guest", "");
        // Threads bear the name of their role anyway.
        list.take("debug-threads");
        list.end();
        return name;
    }

    static UUID uuid(String text) {
        if (text.isEmpty()) {
            return MachineConfig.NO_UUID;
        }
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw new UsageException("-uuid: expects a UUID: value=" + text);
        }
        return UUID.fromString(text);
    }
}
