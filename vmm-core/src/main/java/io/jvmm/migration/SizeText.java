package io.jvmm.migration;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/**
 * Numbers as people type them: {@code 300}, {@code 0x12c}, {@code 64M}, {@code 1.5G}.
 *
 * <p>The suffixes are B, K, M, G, T, P and E in either case, each 1024 times the one before.
 */
public final class SizeText {
    private static final String SUFFIXES = "bkmgtpe";
    private static final int MAX_LENGTH = 40;

    private SizeText() {}

    /**
     * Reads a number that takes no suffix.
     *
     * @param text decimal, or hexadecimal after {@code 0x}
     * @return its 64 bits without a sign
     * @throws NumberFormatException if it is not a number, is negative or takes more than 64 bits
     */
    public static long parsePlain(String text) {
        if (text.startsWith("-") || text.startsWith("+")) {
            throw new NumberFormatException(text);
        }
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        return hex ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
    }

    /**
     * Reads a number of bytes.
     *
     * @param text digits, optionally with a fraction and a suffix
     * @param defaultUnit bytes per unit when there is no suffix
     * @return the bytes, 64 bits without a sign; a fraction of a byte is dropped
     * @throws NumberFormatException if it is no size, is negative or takes more than 64 bits
     */
    public static long parse(String text, long defaultUnit) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !Character.isDigit(text.charAt(0))) {
            throw new NumberFormatException(text);
        }
        if (text.startsWith("0x")) {
            return product(new BigDecimal(new BigInteger(text.substring(2), 16)), defaultUnit);
        }
        String last = text.substring(text.length() - 1).toLowerCase(Locale.ROOT);
        int power = SUFFIXES.indexOf(last);
        String digits = power < 0 ? text : text.substring(0, text.length() - 1);
        if (!digits.matches("[0-9]+(\\.[0-9]+)?")) {
            throw new NumberFormatException(text);
        }
        return product(new BigDecimal(digits), power < 0 ? defaultUnit : 1L << (10 * power));
    }

    private static long product(BigDecimal number, long unit) {
        BigInteger bytes = number.multiply(BigDecimal.valueOf(unit)).toBigInteger();
        if (bytes.signum() < 0 || bytes.bitLength() > Long.SIZE) {
            throw new NumberFormatException(number.toString());
        }
        return bytes.longValue();
    }
}
