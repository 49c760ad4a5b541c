package io.jvmm.cli;

import io.jvmm.monitor.MonitorSpec;
import io.jvmm.monitor.MonitorSpec.Mode;
import io.jvmm.monitor.transport.Chardev;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code -monitor -qmp -chardev -mon -serial}. */
final class MonitorOptions {
    private MonitorOptions() {}

    static List<MonitorSpec> monitors(
            List<String> human, List<String> qmp, List<String> chardevs, List<String> mons) {
        List<MonitorSpec> specs = new ArrayList<>();
        human.forEach(text -> specs.add(new MonitorSpec(place("-monitor", text), Mode.READLINE)));
        qmp.forEach(text -> specs.add(new MonitorSpec(place("-qmp", text), Mode.CONTROL)));
        Map<String, Chardev> places = chardevs(chardevs);
        mons.forEach(text -> specs.add(mon(text, places)));
        long stdio = specs.stream().filter(s -> s.chardev() instanceof Chardev.Stdio).count();
        if (stdio > 1) {
            throw new UsageException("cannot use stdio by multiple monitors");
        }
        return specs;
    }

    private static Chardev place(String option, String text) {
        try {
            return Chardev.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
    }

    private static Map<String, Chardev> chardevs(List<String> chardevs) {
        Map<String, Chardev> places = new LinkedHashMap<>();
        for (String text : chardevs) {
            OptionList list = OptionList.parse("-chardev", text, "backend");
            String backend = list.require("backend");
            String id = list.require("id");
            try {
                if (places.put(id, Chardev.parse(backend, list.rest())) != null) {
                    throw new UsageException("-chardev: Duplicate ID '" + id + "' for chardev");
                }
            } catch (IllegalArgumentException e) {
                throw new UsageException("-chardev: " + e.getMessage());
            }
        }
        return places;
    }

    private static MonitorSpec mon(String text, Map<String, Chardev> places) {
        OptionList list = OptionList.parse("-mon", text, "chardev");
        String id = list.require("chardev");
        String mode = list.take("mode", "readline");
        list.end();
        Chardev place = places.get(id);
        if (place == null) {
            throw new UsageException("-mon: chardev \"" + id + "\" not found");
        }
        return switch (mode) {
            case "readline" -> new MonitorSpec(place, Mode.READLINE);
            case "control" -> new MonitorSpec(place, Mode.CONTROL);
            default -> throw new UsageException("-mon: unknown monitor mode \"" + mode + "\"");
        };
    }

    static RunPlan.SerialTarget serial(String text) {
        if (text.startsWith("file:") && text.length() > "file:".length()) {
            return new RunPlan.SerialTarget.ToFile(Path.of(text.substring("file:".length())));
        }
        return switch (text) {
            case "", "none", "null" -> new RunPlan.SerialTarget.None();
            case "stdio" -> new RunPlan.SerialTarget.Stdio();
            default ->
                    throw new UsageException(
                            "-serial: expects file:PATH, stdio or none: value=" + text);
        };
    }
}
