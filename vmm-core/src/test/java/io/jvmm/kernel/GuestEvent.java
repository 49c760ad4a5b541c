package io.jvmm.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What the guest reports while it runs the tests, each as one line of words.
 *
 * <pre>
 *   started TEST
 *   finished TEST OUTCOME DETAIL      DETAIL is "=" and a text in base 64
 *   done                              all tests have been run
 * </pre>
 */
sealed interface GuestEvent {
    /** What became of a test. */
    enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    /** A test begins. Its name has no spaces. */
    record Started(String test) implements GuestEvent {}

    /** A test has ended; the detail is the failure's stack trace, or why it was skipped. */
    record Finished(String test, Outcome outcome, String detail) implements GuestEvent {}

    /** The last line of a run that came to its end. */
    record Done() implements GuestEvent {}

    /** Never sent: the guest has ended without the last line. */
    record Lost() implements GuestEvent {}

    /** The line, without its end. */
    default String toLine() {
        return switch (this) {
            case Started(String test) -> "started " + test;
            case Finished(String test, Outcome outcome, String detail) ->
                    "finished " + test + " " + outcome + " =" + encode(detail);
            case Done() -> "done";
            case Lost() -> throw new IllegalStateException("Nobody is left to send it.");
        };
    }

    /** The event of a line. */
    static GuestEvent fromLine(String line) {
        String[] words = line.split(" ", -1);
        return switch (words[0]) {
            case "started" -> new Started(words[1]);
            case "finished" ->
                    new Finished(
                            words[1], Outcome.valueOf(words[2]), decode(words[3].substring(1)));
            case "done" -> new Done();
            default -> throw new IllegalArgumentException("Not a line of the guest: line=" + line);
        };
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
