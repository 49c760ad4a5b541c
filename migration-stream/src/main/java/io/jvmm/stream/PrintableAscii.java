package io.jvmm.stream;

/** The characters that names on the wire may have, so that a name can be logged as it is. */
final class PrintableAscii {
    private PrintableAscii() {}

    static void check(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!contains(text.charAt(i))) {
                throw new IllegalArgumentException("The text is not printable ASCII: " + text);
            }
        }
    }

    static boolean contains(int c) {
        return c >= 0x20 && c <= 0x7E;
    }
}
