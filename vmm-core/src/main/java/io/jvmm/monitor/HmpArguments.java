package io.jvmm.monitor;

import java.util.ArrayList;
import java.util.List;

/** The words behind a command of the human monitor, taken one after the other. */
final class HmpArguments {
    private final String command;
    private final List<String> words;
    private int next;

    HmpArguments(String command, List<String> words) {
        this.command = command;
        this.words = words;
    }

    /** Whether the option {@code -letter} was given; any other option is refused. */
    boolean option(char letter) {
        boolean given = false;
        while (next < words.size() && words.get(next).startsWith("-")) {
            if (!words.get(next).equals("-" + letter)) {
                throw refused("unsupported option " + words.get(next));
            }
            given = true;
            next++;
        }
        return given;
    }

    String string() {
        if (next == words.size()) {
            throw refused("string expected");
        }
        return words.get(next++);
    }

    boolean onOff() {
        String word = next < words.size() ? words.get(next++) : "";
        return switch (word) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new HmpSyntaxException("Expected 'on' or 'off'" + hint());
        };
    }

    /** All words that are left; none is an empty list. */
    List<String> rest() {
        List<String> rest = words.subList(next, words.size());
        next = words.size();
        return rest;
    }

    void end() {
        if (next < words.size()) {
            throw refused("extraneous characters at the end of line");
        }
    }

    private HmpSyntaxException refused(String text) {
        return new HmpSyntaxException(command + ": " + text + hint());
    }

    private String hint() {
        int bar = command.indexOf('|');
        String name = bar < 0 ? command : command.substring(0, bar);
        return "\nTry \"help " + name + "\" for more information";
    }

    /** Splits a line at blanks; double quotes keep blanks, a backslash keeps the next character. */
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean inWord = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                inWord = true;
            } else if (c == '\\' && quoted && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else if (Character.isWhitespace(c) && !quoted) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quoted) {
            throw new HmpSyntaxException("unterminated string");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
