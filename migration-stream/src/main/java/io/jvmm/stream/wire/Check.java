package io.jvmm.stream.wire;

/** What record constructors refuse. */
final class Check {
    private Check() {}

    static void notNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("Negative value: " + field + "=" + value);
        }
    }
}
