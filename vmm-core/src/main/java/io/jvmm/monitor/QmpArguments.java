package io.jvmm.monitor;

import io.jvmm.monitor.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The arguments of a QMP command, taken by name; what is not taken is refused at the end. */
final class QmpArguments {
    private final String path;
    private final Map<String, Json> members;
    private final Set<String> taken = new HashSet<>();

    QmpArguments(Json.Obj arguments) {
        this("", arguments);
    }

    /** Arguments within arguments; the path, such as {@code capabilities[0].}, goes into errors. */
    QmpArguments(String path, Json.Obj arguments) {
        this.path = path;
        this.members = arguments.members();
    }

    Optional<Json> take(String name) {
        taken.add(name);
        return Optional.ofNullable(members.get(name));
    }

    Optional<String> optionalString(String name) {
        return take(name)
                .map(value ->
                        switch (value) {
                            case Json.Str(String text) -> text;
                            default -> throw wrongType(name, "string");
                        });
    }

    String string(String name) {
        return optionalString(name).orElseThrow(() -> missing(name));
    }

    Optional<Boolean> optionalFlag(String name) {
        return take(name)
                .map(value ->
                        switch (value) {
                            case Json.Bool(boolean flag) -> flag;
                            default -> throw wrongType(name, "boolean");
                        });
    }

    boolean flag(String name) {
        return optionalFlag(name).orElseThrow(() -> missing(name));
    }

    Optional<List<Json>> optionalList(String name) {
        return take(name)
                .map(value ->
                        switch (value) {
                            case Json.Arr(List<Json> items) -> items;
                            default -> throw wrongType(name, "array");
                        });
    }

    List<Json> list(String name) {
        return optionalList(name).orElseThrow(() -> missing(name));
    }

    QmpArguments object(String name) {
        return switch (take(name).orElseThrow(() -> missing(name))) {
            case Json.Obj value -> new QmpArguments(path + name + ".", value);
            default -> throw wrongType(name, "object");
        };
    }

    /** The names that are there. */
    Set<String> names() {
        return members.keySet();
    }

    void end() {
        for (String name : members.keySet()) {
            if (!taken.contains(name)) {
                throw QmpException.generic("Parameter '" + path + name + "' is unexpected");
            }
        }
    }

    private QmpException missing(String name) {
        return QmpException.generic("Parameter '" + path + name + "' is missing");
    }

    private QmpException wrongType(String name, String expected) {
        return QmpException.generic(
                "Invalid parameter type for '" + path + name + "', expected: " + expected);
    }
}
