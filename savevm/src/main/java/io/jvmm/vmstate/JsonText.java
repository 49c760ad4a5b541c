package io.jvmm.vmstate;

/**
 * Appends JSON in the spelling of QEMU's descriptions: a blank after each comma and colon, and
 * everything that is not printable ASCII escaped.
 */
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    JsonText beginObject() {
        return begin('{');
    }

    JsonText endObject() {
        return end('}');
    }

    JsonText beginArray() {
        return begin('[');
    }

    JsonText endArray() {
        return end(']');
    }

    /** Starts a member; its value must follow. */
    JsonText name(String name) {
        separate();
        quote(name);
        text.append(": ");
        first = true;
        return this;
    }

    JsonText member(String name, String value) {
        return name(name).value(value);
    }

    JsonText member(String name, long value) {
        return name(name).value(value);
    }

    private JsonText value(String value) {
        separate();
        quote(value);
        return this;
    }

    private JsonText value(long value) {
        separate();
        text.append(value);
        return this;
    }

    private JsonText begin(char bracket) {
        separate();
        text.append(bracket);
        first = true;
        return this;
    }

    private JsonText end(char bracket) {
        text.append(bracket);
        first = false;
        return this;
    }

    private void separate() {
        if (!first) {
            text.append(", ");
        }
        first = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                text.append(String.format("\\u%04X", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
