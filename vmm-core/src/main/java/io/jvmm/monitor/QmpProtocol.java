package io.jvmm.monitor;

import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonException;
import io.jvmm.monitor.json.JsonFramer;
import io.jvmm.monitor.json.JsonText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * QMP: one JSON object per request and one per reply, in order; events between them, once {@code
 * qmp_capabilities} was said. Out-of-band execution is not offered.
 */
final class QmpProtocol implements Protocol {
    private static final String NEGOTIATE = "qmp_capabilities";

    private final CommandExecutor executor;
    private final Consumer<String> replies;
    private final JsonFramer framer = new JsonFramer(this::text, this::parseError);
    private volatile boolean negotiated;

    QmpProtocol(CommandExecutor executor, Consumer<String> replies) {
        this.executor = executor;
        this.replies = replies;
    }

    @Override
    public String greeting() {
        return line(QmpJson.greeting());
    }

    @Override
    public void receive(ByteBuffer bytes) {
        framer.feed(bytes);
    }

    @Override
    public Optional<String> event(MonitorEvent event, Instant when) {
        return negotiated ? Optional.of(line(QmpJson.event(event, when))) : Optional.empty();
    }

    private static String line(Json json) {
        return JsonText.write(json) + "\r\n";
    }

    private void parseError(String error) {
        reply(error("GenericError", "JSON parse error, " + error), Optional.empty());
    }

    private void text(byte[] text) {
        try {
            switch (JsonText.parse(text)) {
                case Json.Obj request -> reply(answer(request), request.find("id"));
                case Json.Arr _, Json.Str _, Json.Num _, Json.Bool _, Json.Null _ ->
                        reply(
                                error("GenericError", "QMP input must be a JSON object"),
                                Optional.empty());
            }
        } catch (JsonException e) {
            parseError(messageOf(e));
        }
    }

    private void reply(Json.Obj reply, Optional<Json> id) {
        id.ifPresent(value -> reply.put("id", value));
        replies.accept(line(reply));
    }

    private static String messageOf(RuntimeException e) {
        return Objects.requireNonNullElse(e.getMessage(), "unknown");
    }

    private static Json.Obj error(String errorClass, String text) {
        return new Json.Obj()
                .put("error", new Json.Obj().put("class", errorClass).put("desc", text));
    }

    private Json.Obj answer(Json.Obj request) {
        try {
            return new Json.Obj().put("return", QmpJson.of(execute(request)));
        } catch (QmpException e) {
            return error(e.errorClass(), messageOf(e));
        } catch (MigrationRefusedException | CommandRefusedException e) {
            return error(QmpException.GENERIC, messageOf(e));
        }
    }

    private MonitorReply execute(Json.Obj request) {
        String command = command(request);
        Json.Obj arguments = arguments(request);
        if (!negotiated) {
            return negotiate(command, arguments);
        }
        if (command.equals(NEGOTIATE)) {
            throw new QmpException(
                    QmpException.NOT_FOUND,
                    "Capabilities negotiation is already complete, command ignored");
        }
        return executor.execute(QmpCommand.parse(command, arguments));
    }

    private static String command(Json.Obj request) {
        for (String name : request.members().keySet()) {
            if (!name.equals("execute") && !name.equals("arguments") && !name.equals("id")) {
                throw QmpException.generic(
                        "QMP input member '" + HmpText.printable(name) + "' is unexpected");
            }
        }
        Json execute =
                request.find("execute")
                        .orElseThrow(
                                () -> QmpException.generic("QMP input lacks member 'execute'"));
        if (execute instanceof Json.Str(String command)) {
            return command;
        }
        throw QmpException.generic("QMP input member 'execute' must be a string");
    }

    private static Json.Obj arguments(Json.Obj request) {
        Json arguments = request.find("arguments").orElseGet(Json.Obj::new);
        if (arguments instanceof Json.Obj members) {
            return members;
        }
        throw QmpException.generic("QMP input member 'arguments' must be an object");
    }

    private MonitorReply negotiate(String command, Json.Obj arguments) {
        if (!command.equals(NEGOTIATE)) {
            throw new QmpException(
                    QmpException.NOT_FOUND,
                    "Expecting capabilities negotiation with 'qmp_capabilities'");
        }
        QmpArguments taken = new QmpArguments(arguments);
        List<Json> enable = taken.optionalList("enable").orElse(List.of());
        taken.end();
        if (!enable.isEmpty()) {
            throw QmpException.generic(
                    "Capability " + JsonText.write(enable.getFirst()) + " is not available");
        }
        negotiated = true;
        return new MonitorReply.Done();
    }
}
