package io.jvmm.migration;

/** The value of a migration parameter. */
public sealed interface ParameterValue {
    /**
     * A number without a sign.
     *
     * @param value its 64 bits
     */
    record Unsigned(long value) implements ParameterValue {
        @Override
        public String toString() {
            return Long.toUnsignedString(value);
        }
    }

    /**
     * On or off.
     *
     * @param value true for on
     */
    record Flag(boolean value) implements ParameterValue {
        @Override
        public String toString() {
            return value ? "on" : "off";
        }
    }

    /**
     * A string, also the name of a choice.
     *
     * @param value the characters
     */
    record Text(String value) implements ParameterValue {
        @Override
        public String toString() {
            return value;
        }
    }
}
