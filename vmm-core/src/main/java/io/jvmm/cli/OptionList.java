package io.jvmm.cli;

import io.jvmm.migration.SizeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of an option in QEMU's form {@code [first,]key=value,...}. A word without an equals
 * sign is the value of the first key, or {@code on} for a later one; {@code ,,} stands for a comma.
 */
final class OptionList {
    private final String option;
    private final Map<String, String> values = new LinkedHashMap<>();

    private OptionList(String option) {
        this.option = option;
    }

    /**
     * Reads a value.
     *
     * @param option the option, for messages, such as {@code -machine}
     * @param text what stands behind it
     * @param firstKey what a first word without an equals sign is the value of
     */
    static OptionList parse(String option, String text, String firstKey) {
        OptionList list = new OptionList(option);
        boolean first = true;
        for (String part : split(text)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                list.values.put(part.substring(0, equals), part.substring(equals + 1));
            } else if (first) {
                list.values.put(firstKey, part);
            } else if (!part.isEmpty()) {
                list.values.put(part, "on");
            }
            first = false;
        }
        return list;
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(c);
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** Takes a value out, null if it is not there. */
    @Nullable String take(String key) {
        return values.remove(key);
    }

    String take(String key, String initial) {
        String value = take(key);
        return value == null ? initial : value;
    }

    String require(String key) {
        String value = take(key);
        if (value == null || value.isEmpty()) {
            throw new UsageException(option + ": parameter '" + key + "' is missing");
        }
        return value;
    }

    /** A number of bytes; without a suffix it is in units of {@code unit}. */
    static long size(String option, String text, long unit) {
        try {
            return SizeText.parse(text, unit);
        } catch (NumberFormatException _) {
            throw new UsageException(option + ": expects a size such as 64M: value=" + text);
        }
    }

    static int count(String option, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new UsageException(option + ": expects a number: value=" + text);
        }
    }

    /** What has not been taken. */
    Map<String, String> rest() {
        return values;
    }

    void end() {
        if (!values.isEmpty()) {
            String key = values.keySet().iterator().next();
            throw new UsageException(option + ": parameter '" + key + "' is not supported");
        }
    }
}
