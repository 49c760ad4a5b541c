package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationRefusedException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands of the human monitor. */
@SuppressWarnings("ImmutableEnumChecker") // the parsers are stateless method references
enum HmpCommand {
    CONT("cont|c", "", "resume emulation", plain(new MonitorCommand.Cont())),
    HELP("help|?", "[cmd]", "show the help", HmpCommand::help),
    INFO(
            "info",
            "[subcommand]",
            "show various information about the system state",
            InfoTopic::parse),
    MIGRATE(
            "migrate",
            "[-d] uri",
            "migrate to URI (using -d to not wait for completion)",
            HmpCommand::migrate),
    MIGRATE_CANCEL(
            "migrate_cancel",
            "",
            "cancel the current VM migration",
            plain(new MonitorCommand.MigrateCancel())),
    MIGRATE_HANDOVER_RESOLVE(
            "migrate_handover_resolve",
            "[-d] action",
            "settle a hand-over of which this side does not know the end: drop or run at the"
                    + " destination, resume or give-up at the source (using -d to say that the other"
                    + " side is dead)",
            HmpCommand::handoverResolve),
    MIGRATE_INCOMING(
            "migrate_incoming",
            "uri",
            "Continue an incoming migration from an -incoming defer",
            HmpCommand::migrateIncoming),
    MIGRATE_SET_CAPABILITY(
            "migrate_set_capability",
            "capability state",
            "Enable/Disable the usage of a capability for migration",
            HmpCommand::setCapability),
    MIGRATE_SET_PARAMETER(
            "migrate_set_parameter",
            "parameter value",
            "Set the parameter for migration",
            HmpCommand::setParameter),
    QUIT("quit|q", "", "quit the emulator", plain(new MonitorCommand.Quit())),
    STOP("stop|s", "", "stop emulation", plain(new MonitorCommand.Stop()));

    private final String names;
    private final String arguments;
    private final String help;
    private final Function<HmpArguments, MonitorCommand> parser;

    HmpCommand(
            String names,
            String arguments,
            String help,
            Function<HmpArguments, MonitorCommand> parser) {
        this.names = names;
        this.arguments = arguments;
        this.help = help;
        this.parser = parser;
    }

    /**
     * Understands a line that is not blank.
     *
     * @throws HmpSyntaxException if it is no command
     * @throws MigrationRefusedException if a name or value in it does not exist
     */
    static MonitorCommand parse(String line) {
        List<String> words = HmpArguments.split(line);
        HmpCommand command = find(words.isEmpty() ? "" : words.getFirst());
        HmpArguments arguments = new HmpArguments(command.names, words.subList(1, words.size()));
        MonitorCommand parsed = command.parser.apply(arguments);
        arguments.end();
        return parsed;
    }

    private static HmpCommand find(String name) {
        for (HmpCommand command : values()) {
            if (List.of(command.names.split("\\|")).contains(name)) {
                return command;
            }
        }
        throw new HmpSyntaxException("unknown command: '" + HmpText.printable(name) + "'");
    }

    private static Function<HmpArguments, MonitorCommand> plain(MonitorCommand command) {
        return _ -> command;
    }

    private static MonitorCommand migrate(HmpArguments arguments) {
        boolean detach = arguments.option('d');
        return new MonitorCommand.Migrate(arguments.string(), detach);
    }

    private static MonitorCommand migrateIncoming(HmpArguments arguments) {
        return new MonitorCommand.MigrateIncoming(arguments.string(), true);
    }

    private static MonitorCommand handoverResolve(HmpArguments arguments) {
        boolean peerIsDead = arguments.option('d');
        HandoverResolution action = orInvalid(arguments.string(), HandoverResolution::fromLabel);
        return new MonitorCommand.HandoverResolve(action, peerIsDead);
    }

    private static MonitorCommand setCapability(HmpArguments arguments) {
        String name = arguments.string();
        boolean state = arguments.onOff();
        Capability capability = orInvalid(name, Capability::fromLabel);
        return new MonitorCommand.SetCapabilities(Map.of(capability, state));
    }

    private static MonitorCommand setParameter(HmpArguments arguments) {
        String name = arguments.string();
        String value = arguments.string();
        MonitorCommand.SetParameters set;
        MigrationParameter parameter = orInvalid(name, MigrationParameter::fromLabel);
        set = new MonitorCommand.SetParameters(Map.of(parameter, parameter.parse(value)));
        return set;
    }

    private static <T> T orInvalid(String name, Function<String, T> lookup) {
        try {
            return lookup.apply(name);
        } catch (MigrationRefusedException _) {
            throw new MigrationRefusedException(
                    "invalid parameter value: " + HmpText.printable(name));
        }
    }

    private static MonitorCommand help(HmpArguments arguments) {
        List<String> words = arguments.rest();
        if (words.isEmpty()) {
            return new MonitorCommand.Explain(
                    Stream.of(values()).map(HmpCommand::line).collect(Collectors.joining()));
        }
        HmpCommand command = find(words.getFirst());
        if (command == INFO) {
            return new MonitorCommand.Explain(
                    words.size() == 1 ? InfoTopic.help() : InfoTopic.help(words.get(1)));
        }
        return new MonitorCommand.Explain(command.line());
    }

    private String line() {
        return names + " " + arguments + " -- " + help + "\n";
    }
}
