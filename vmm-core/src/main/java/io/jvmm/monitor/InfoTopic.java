package io.jvmm.monitor;

import io.jvmm.monitor.MonitorCommand.Topic;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code info} can show. */
enum InfoTopic {
    HANDOVER("handover", Topic.HANDOVER, "show who may run the guest, and what to do"),
    MIGRATE("migrate", Topic.MIGRATE, "show migration status"),
    MIGRATE_CAPABILITIES(
            "migrate_capabilities", Topic.CAPABILITIES, "show current migration capabilities"),
    MIGRATE_PARAMETERS("migrate_parameters", Topic.PARAMETERS, "show current migration parameters"),
    NAME("name", Topic.NAME, "show the current VM name"),
    STATUS("status", Topic.STATUS, "show the current VM status (running|paused)"),
    STRESS(
            "stress",
            Topic.STRESS,
            "show what the built-in stress guest says of itself, after checking its pages"),
    SWITCHOVER(
            "switchover",
            Topic.SWITCHOVER,
            "show the last attempts to switch over, and where their time went"),
    SWITCHOVER_DECISIONS(
            "switchover-decisions",
            Topic.DECISIONS,
            "show what was decided about stopping the guest, and on what"),
    UUID("uuid", Topic.UUID, "show the current VM UUID"),
    VERSION("version", Topic.VERSION, "show the version of this program");

    private final String label;
    private final Topic topic;
    private final String help;

    InfoTopic(String label, Topic topic, String help) {
        this.label = label;
        this.topic = topic;
        this.help = help;
    }

    static MonitorCommand parse(HmpArguments arguments) {
        String name = String.join(" ", arguments.rest());
        if (name.isEmpty()) {
            return new MonitorCommand.Explain(help());
        }
        for (InfoTopic info : values()) {
            if (info.label.equals(name)) {
                return new MonitorCommand.Query(info.topic);
            }
        }
        throw new HmpSyntaxException("unknown command: 'info " + HmpText.printable(name) + "'");
    }

    static String help() {
        return Stream.of(values()).map(InfoTopic::line).collect(Collectors.joining());
    }

    static String help(String name) {
        return Stream.of(values())
                .filter(info -> info.label.equals(name))
                .map(InfoTopic::line)
                .findFirst()
                .orElseThrow(() ->
                        new HmpSyntaxException(
                                "unknown command: 'info " + HmpText.printable(name) + "'"));
    }

    private String line() {
        return "info " + label + "  -- " + help + "\n";
    }
}
