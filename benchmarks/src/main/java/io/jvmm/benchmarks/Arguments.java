package io.jvmm.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of the form {@code --name value}. */
final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    /**
     * Parses.
     *
     * @param known the names that may be given, without the dashes
     * @throws IllegalArgumentException for any other, or one without a value
     */
    Arguments(List<String> arguments, List<String> known) {
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (!option.startsWith("--") || !known.contains(option.substring(2))) {
                throw new IllegalArgumentException(
                        "Unknown option: "
                                + option
                                + "; there are: --"
                                + String.join(" --", known));
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException("The option needs a value: " + option);
            }
            values.put(option.substring(2), arguments.get(i + 1));
        }
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** A whole number from 1 on. */
    int count(String name, int otherwise) {
        String text = values.get(name);
        return text == null ? otherwise : number(name, text, 1);
    }

    /** Whole numbers from {@code least} on, with commas between them. */
    List<Integer> numbers(String name, int otherwise, int least) {
        String text = values.get(name);
        return text == null
                ? List.of(otherwise)
                : Arrays.stream(text.split(",", -1))
                        .map(each -> number(name, each, least))
                        .toList();
    }

    private static int number(String name, String text, int least) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException _) {
            // Told below, with all other bad values.
        }
        throw new IllegalArgumentException(
                "The option needs a number from %d on: --%s %s".formatted(least, name, text));
    }
}
