package io.jvmm.monitor.json;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** JSON values to and from UTF-8 text. */
public final class JsonText {
    /** How deep arrays and objects may be nested. */
    public static final int MAX_DEPTH = 32;

    /** How long a text may be, in bytes. */
    public static final int MAX_LENGTH = 64 * 1024;

    private static final int MAX_NUMBER_LENGTH = 64;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(MAX_NUMBER_LENGTH)
                                    .maxStringLength(MAX_LENGTH)
                                    .maxNameLength(MAX_LENGTH)
                                    .maxDocumentLength(MAX_LENGTH)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private JsonText() {}

    /**
     * Parses one value.
     *
     * @param utf8 a text with one value and nothing else but blanks
     * @return the value
     * @throws JsonException if it is not one, or breaks a limit
     */
    public static Json parse(byte[] utf8) {
        if (utf8.length > MAX_LENGTH) {
            throw new JsonException("text is too long: length=" + utf8.length);
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            Json value = value(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new JsonException("something follows the value");
            }
            return value;
        } catch (JacksonException e) {
            throw new JsonException(firstLine(e.getOriginalMessage()));
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not JSON");
    }

    private static Json value(JsonParser parser, JsonToken token) {
        if (token == null) {
            throw new JsonException("unexpected end");
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Json.Str(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(parser.getString());
            case VALUE_TRUE -> new Json.Bool(true);
            case VALUE_FALSE -> new Json.Bool(false);
            case VALUE_NULL -> new Json.Null();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new JsonException("unexpected token: token=" + token);
        };
    }

    private static Json object(JsonParser parser) {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            members.put(name, value(parser, parser.nextToken()));
        }
        return new Json.Obj(members);
    }

    private static Json array(JsonParser parser) {
        List<Json> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return new Json.Arr(items);
    }

    /**
     * Writes a value on one line.
     *
     * @param value any value
     * @return its JSON text, without a newline
     */
    public static String write(Json value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            write(value, out);
        }
        return text.toString();
    }

    private static void write(Json value, JsonGenerator out) {
        switch (value) {
            case Json.Null() -> out.writeNull();
            case Json.Bool(boolean flag) -> out.writeBoolean(flag);
            case Json.Num(String digits) -> out.writeNumber(digits);
            case Json.Str(String string) -> out.writeString(string);
            case Json.Arr(List<Json> items) -> {
                out.writeStartArray();
                items.forEach(item -> write(item, out));
                out.writeEndArray();
            }
            case Json.Obj(Map<String, Json> members) -> {
                out.writeStartObject();
                members.forEach((name, member) -> {
                    out.writeName(name);
                    write(member, out);
                });
                out.writeEndObject();
            }
        }
    }
}
