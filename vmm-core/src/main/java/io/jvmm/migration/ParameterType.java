package io.jvmm.migration;

import java.util.List;

/**
 * What values a migration parameter takes. Two questions are kept apart, as QEMU's error texts do:
 * whether a value has the right form ({@link #checkForm}), and whether it is allowed ({@link
 * #checkRange}).
 */
sealed interface ParameterType {

    /**
     * Checks the form of a value.
     *
     * @throws MigrationRefusedException if it is of another kind than the parameter
     */
    void checkForm(String name, ParameterValue value);

    /**
     * Checks a value that has the right form.
     *
     * @throws MigrationRefusedException if it is not allowed; the name is written with underscores
     */
    void checkRange(String name, ParameterValue value);

    /**
     * Reads what a person typed.
     *
     * @throws MigrationRefusedException if it is not a value of this type
     */
    ParameterValue parse(String name, String text);

    /** How a typed number is to be understood. */
    enum Unit {
        /** A plain number. */
        PLAIN,
        /** Bytes; a suffix multiplies. */
        BYTES,
        /** MiB when there is no suffix. */
        MEBIBYTES
    }

    /** An unsigned number of 8, 32 or 64 bits between two bounds. */
    record Range(int bits, long minimum, long maximum, String expected, Unit unit)
            implements ParameterType {
        @Override
        public void checkForm(String name, ParameterValue value) {
            boolean fits =
                    value instanceof ParameterValue.Unsigned(long number)
                            && (bits == 64 || number >>> bits == 0);
            if (!fits) {
                throw refused(name, bits == 64 ? "uint64" : "uint" + bits + "_t");
            }
        }

        @Override
        public void checkRange(String name, ParameterValue value) {
            long number = ((ParameterValue.Unsigned) value).value();
            if (Long.compareUnsigned(number, minimum) < 0
                    || Long.compareUnsigned(number, maximum) > 0) {
                throw refused(name.replace('-', '_'), expected);
            }
        }

        @Override
        public ParameterValue parse(String name, String text) {
            try {
                return new ParameterValue.Unsigned(
                        switch (unit) {
                            case PLAIN -> SizeText.parsePlain(text);
                            case BYTES -> SizeText.parse(text, 1);
                            case MEBIBYTES -> SizeText.parse(text, 1L << 20);
                        });
            } catch (NumberFormatException _) {
                if (unit == Unit.MEBIBYTES) {
                    throw new MigrationRefusedException("Invalid size " + text);
                }
                throw refused(name, "a non-negative number below 2^64");
            }
        }
    }

    /** A power of two of at least a page. */
    record PowerOfTwo() implements ParameterType {
        private static final long PAGE = 4096;

        @Override
        public void checkForm(String name, ParameterValue value) {
            new Range(64, 0, -1, "", Unit.BYTES).checkForm(name, value);
        }

        @Override
        public void checkRange(String name, ParameterValue value) {
            long number = ((ParameterValue.Unsigned) value).value();
            if (Long.bitCount(number) != 1 || Long.compareUnsigned(number, PAGE) < 0) {
                throw refused(
                        name.replace('-', '_'), "a power of two no less than the target page size");
            }
        }

        @Override
        public ParameterValue parse(String name, String text) {
            return new Range(64, 0, -1, "", Unit.BYTES).parse(name, text);
        }
    }

    /** On or off. If {@code fixed}, this build knows only off. */
    record Switch(boolean fixed) implements ParameterType {
        @Override
        public void checkForm(String name, ParameterValue value) {
            if (!(value instanceof ParameterValue.Flag)) {
                throw wrongType(name, "boolean");
            }
        }

        @Override
        public void checkRange(String name, ParameterValue value) {
            if (fixed && ((ParameterValue.Flag) value).value()) {
                throw unsupported(name, "on");
            }
        }

        @Override
        public ParameterValue parse(String name, String text) {
            return switch (text) {
                case "on", "yes", "true", "y" -> new ParameterValue.Flag(true);
                case "off", "no", "false", "n" -> new ParameterValue.Flag(false);
                default -> throw refused(name, "'on' or 'off'");
            };
        }
    }

    /** One of a few names, of which this build may support only the first. */
    record Choice(boolean firstOnly, List<String> names) implements ParameterType {
        @Override
        public void checkForm(String name, ParameterValue value) {
            if (!(value instanceof ParameterValue.Text)) {
                throw wrongType(name, "string");
            }
        }

        @Override
        public void checkRange(String name, ParameterValue value) {
            String text = ((ParameterValue.Text) value).value();
            if (!names.contains(text)) {
                throw new MigrationRefusedException(
                        "Parameter '" + name + "' does not accept value '" + text + "'");
            }
            if (firstOnly && !names.getFirst().equals(text)) {
                throw unsupported(name, text);
            }
        }

        @Override
        public ParameterValue parse(String name, String text) {
            return new ParameterValue.Text(text);
        }
    }

    /** Free text. If {@code fixed}, this build takes only the empty one. */
    record Words(boolean fixed) implements ParameterType {
        @Override
        public void checkForm(String name, ParameterValue value) {
            if (!(value instanceof ParameterValue.Text)) {
                throw wrongType(name, "string");
            }
        }

        @Override
        public void checkRange(String name, ParameterValue value) {
            String text = ((ParameterValue.Text) value).value();
            if (fixed && !text.isEmpty()) {
                throw unsupported(name, text);
            }
        }

        @Override
        public ParameterValue parse(String name, String text) {
            return new ParameterValue.Text(text);
        }
    }

    private static MigrationRefusedException refused(String name, String expected) {
        return new MigrationRefusedException("Parameter '" + name + "' expects " + expected);
    }

    private static MigrationRefusedException wrongType(String name, String expected) {
        return new MigrationRefusedException(
                "Invalid parameter type for '" + name + "', expected: " + expected);
    }

    private static MigrationRefusedException unsupported(String name, String value) {
        return new MigrationRefusedException(
                "Parameter '" + name + "' does not support value '" + value + "' in this build");
    }
}
