package io.jvmm.stream;

/** The characters that names on the wire may have, so that a name can be logged as it is. */
final class PrintableAscii {
    private PrintableAscii() {}

    static boolean contains(int c) {
        return c >= 0x20 && c <= 0x7E;
    }
}
