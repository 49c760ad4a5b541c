package io.jvmm.vfio.user.wire;

import io.jvmm.vfio.VfioException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the small JSON texts of the negotiation, strictly (RFC 8259): limited in length and depth,
 * no member twice. Integers are {@link Long}, other numbers {@link Double}, objects {@link Map},
 * arrays {@link List}; null is {@link #NULL}.
 */
final class Json {
    static final Object NULL = new Object();

    static final int MAXIMUM_LENGTH = 4096;
    private static final int MAXIMUM_DEPTH = 16;
    private static final String NUMBER = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?";
    private static final int ESCAPE_DIGITS = 4;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads one object.
     *
     * @throws VfioException naming the place if the text is none
     */
    static Map<?, ?> object(String text) {
        if (text.length() > MAXIMUM_LENGTH) {
            throw new VfioException("A JSON text is too long: length=" + text.length());
        }
        Json json = new Json(text);
        Object value = json.value(0);
        json.skipSpace();
        if (json.at < text.length() || !(value instanceof Map<?, ?> object)) {
            throw json.wrong("one object");
        }
        return object;
    }

    private Object value(int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw wrong("less depth");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> members(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        expect('{');
        if (accept('}')) {
            return members;
        }
        do {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            if (members.put(name, value(depth + 1)) != null) {
                throw wrong("no member twice");
            }
        } while (accept(','));
        expect('}');
        return members;
    }

    private List<Object> elements(int depth) {
        List<Object> elements = new ArrayList<>();
        expect('[');
        if (accept(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (accept(','));
        expect(']');
        return elements;
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("no control character");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> codePoint();
            default -> throw wrong("an escape");
        };
    }

    private char codePoint() {
        int code = 0;
        for (int i = 0; i < ESCAPE_DIGITS; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw wrong("a hexadecimal digit");
            }
            code = (code << 4) | digit;
            at++;
        }
        return (char) code;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private Object number() {
        int end = at;
        while (end < text.length() && "+-.0123456789eE".indexOf(text.charAt(end)) >= 0) {
            end++;
        }
        String digits = text.substring(at, end);
        if (!digits.matches(NUMBER)) {
            throw wrong("a value");
        }
        at = end;
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException _) {
            return Double.valueOf(digits); // a fraction, or more than 64 bits
        }
    }

    private boolean accept(char c) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private VfioException wrong(String expected) {
        return new VfioException("Not the JSON expected: wanted=" + expected + " position=" + at);
    }
}
