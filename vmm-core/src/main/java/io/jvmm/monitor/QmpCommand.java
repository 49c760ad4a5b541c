package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.monitor.MonitorCommand.Topic;
import io.jvmm.monitor.json.Json;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The commands of QMP, but for the negotiation. */
@SuppressWarnings("ImmutableEnumChecker") // the parsers are stateless method references
enum QmpCommand {
    CONT("cont", plain(new MonitorCommand.Cont())),
    HUMAN_MONITOR_COMMAND("human-monitor-command", QmpCommand::humanLine),
    MIGRATE("migrate", QmpCommand::migrate),
    MIGRATE_CANCEL("migrate_cancel", plain(new MonitorCommand.MigrateCancel())),
    MIGRATE_HANDOVER_QUERY("migrate-handover-query", query(Topic.HANDOVER)),
    MIGRATE_HANDOVER_RESOLVE("migrate-handover-resolve", QmpCommand::handoverResolve),
    MIGRATE_INCOMING("migrate-incoming", QmpCommand::migrateIncoming),
    MIGRATE_SET_CAPABILITIES("migrate-set-capabilities", QmpCommand::setCapabilities),
    MIGRATE_SET_PARAMETERS("migrate-set-parameters", QmpCommand::setParameters),
    QUERY_COMMANDS("query-commands", plain(new MonitorCommand.ListCommands())),
    QUERY_MIGRATE("query-migrate", query(Topic.MIGRATE)),
    QUERY_MIGRATE_CAPABILITIES("query-migrate-capabilities", query(Topic.CAPABILITIES)),
    QUERY_MIGRATE_PARAMETERS("query-migrate-parameters", query(Topic.PARAMETERS)),
    QUERY_NAME("query-name", query(Topic.NAME)),
    QUERY_STATUS("query-status", query(Topic.STATUS)),
    QUERY_SWITCHOVER("query-switchover", query(Topic.SWITCHOVER)),
    QUERY_SWITCHOVER_DECISIONS("query-switchover-decisions", query(Topic.DECISIONS)),
    QUERY_UUID("query-uuid", query(Topic.UUID)),
    QUERY_VERSION("query-version", query(Topic.VERSION)),
    QUIT("quit", plain(new MonitorCommand.Quit())),
    STOP("stop", plain(new MonitorCommand.Stop())),
    X_QUERY_STRESS("x-query-stress", query(Topic.STRESS));

    private final String label;
    private final Function<QmpArguments, MonitorCommand> parser;

    QmpCommand(String label, Function<QmpArguments, MonitorCommand> parser) {
        this.label = label;
        this.parser = parser;
    }

    static List<String> names() {
        return Stream.concat(
                        Stream.of("qmp_capabilities"),
                        Stream.of(values()).map(command -> command.label))
                .toList();
    }

    /**
     * Understands a command.
     *
     * @throws QmpException if the command or an argument does not exist or is of the wrong type
     * @throws io.jvmm.migration.MigrationRefusedException if a name or value does not exist
     */
    static MonitorCommand parse(String name, Json.Obj arguments) {
        for (QmpCommand command : values()) {
            if (command.label.equals(name)) {
                QmpArguments taken = new QmpArguments(arguments);
                MonitorCommand parsed = command.parser.apply(taken);
                taken.end();
                return parsed;
            }
        }
        throw new QmpException(
                QmpException.NOT_FOUND,
                "The command " + HmpText.printable(name) + " has not been found");
    }

    private static Function<QmpArguments, MonitorCommand> plain(MonitorCommand command) {
        return _ -> command;
    }

    private static Function<QmpArguments, MonitorCommand> query(Topic topic) {
        return plain(new MonitorCommand.Query(topic));
    }

    private static MonitorCommand humanLine(QmpArguments arguments) {
        return new MonitorCommand.HumanLine(arguments.string("command-line"));
    }

    private static MonitorCommand migrate(QmpArguments arguments) {
        String uri = uri(arguments);
        boolean _ = arguments.optionalFlag("detach").orElse(true);
        if (arguments.optionalFlag("resume").orElse(false)) {
            throw QmpException.generic("Cannot resume if there is no paused migration");
        }
        return new MonitorCommand.Migrate(uri, true);
    }

    private static MonitorCommand migrateIncoming(QmpArguments arguments) {
        boolean exitOnError = arguments.optionalFlag("exit-on-error").orElse(true);
        return new MonitorCommand.MigrateIncoming(uri(arguments), exitOnError);
    }

    private static MonitorCommand handoverResolve(QmpArguments arguments) {
        HandoverResolution action = HandoverResolution.fromLabel(arguments.string("action"));
        boolean peerIsDead = arguments.optionalFlag("peer-is-dead").orElse(false);
        return new MonitorCommand.HandoverResolve(action, peerIsDead);
    }

    private static String uri(QmpArguments arguments) {
        Optional<String> uri = arguments.optionalString("uri");
        Optional<List<Json>> channels = arguments.optionalList("channels");
        if (uri.isPresent() == channels.isPresent()) {
            throw QmpException.generic("need either 'uri' or 'channels' argument");
        }
        return uri.orElseGet(() -> uri(channels.orElseThrow()));
    }

    /** The one channel of a list, as a URI. */
    private static String uri(List<Json> channels) {
        if (channels.size() != 1 || !(channels.getFirst() instanceof Json.Obj channel)) {
            throw QmpException.generic("Parameter 'channels' expects one main channel");
        }
        QmpArguments main = new QmpArguments("channels[0].", channel);
        String kind = main.string("channel-type");
        QmpArguments address = main.object("addr");
        String transport = address.string("transport");
        String type = address.optionalString("type").orElse("");
        if (!kind.equals("main") || !transport.equals("socket")) {
            throw QmpException.generic("Parameter 'channels' expects one main channel");
        }
        String uri =
                switch (type) {
                    case "inet" ->
                            "tcp:" + host(address.string("host")) + ":" + address.string("port");
                    case "unix" -> "unix:" + address.string("path");
                    default ->
                            throw QmpException.generic(
                                    "Parameter 'type' does not accept value '" + type + "'");
                };
        address.end();
        main.end();
        return uri;
    }

    private static String host(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static MonitorCommand setCapabilities(QmpArguments arguments) {
        Map<Capability, Boolean> changes = new EnumMap<>(Capability.class);
        List<Json> items = arguments.list("capabilities");
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof Json.Obj item)) {
                throw QmpException.generic(
                        "Invalid parameter type for 'capabilities[" + i + "]', expected: object");
            }
            QmpArguments one = new QmpArguments("capabilities[" + i + "].", item);
            Capability capability = Capability.fromLabel(one.string("capability"));
            changes.put(capability, one.flag("state"));
            one.end();
        }
        return new MonitorCommand.SetCapabilities(changes);
    }

    private static MonitorCommand setParameters(QmpArguments arguments) {
        Map<MigrationParameter, ParameterValue> changes = new EnumMap<>(MigrationParameter.class);
        for (String name : arguments.names()) {
            MigrationParameter parameter = MigrationParameter.fromLabel(name);
            arguments.take(name).ifPresent(value -> changes.put(parameter, value(name, value)));
        }
        return new MonitorCommand.SetParameters(changes);
    }

    private static ParameterValue value(String name, Json value) {
        return switch (value) {
            case Json.Num(String digits) -> unsigned(name, digits);
            case Json.Bool(boolean flag) -> new ParameterValue.Flag(flag);
            case Json.Str(String text) -> new ParameterValue.Text(text);
            case Json.Null() -> new ParameterValue.Text("");
            case Json.Arr _, Json.Obj _ ->
                    throw QmpException.generic(
                            "Parameter '" + name + "' expects a number, a string or a boolean");
        };
    }

    private static ParameterValue unsigned(String name, String digits) {
        QmpException refused = QmpException.generic("Parameter '" + name + "' expects uint64");
        try {
            BigInteger number = new BigInteger(digits);
            if (number.bitLength() > Long.SIZE) {
                throw refused;
            }
            return new ParameterValue.Unsigned(number.longValue());
        } catch (NumberFormatException _) {
            throw refused;
        }
    }
}
