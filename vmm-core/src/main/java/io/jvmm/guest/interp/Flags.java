package io.jvmm.guest.interp;

/**
 * The flags register. ZF, SF, PF and AF are kept as the values they are derived from, for most are
 * overwritten before anybody looks.
 */
final class Flags {

    static final int CF = 1;
    static final int PF = 1 << 2;
    static final int AF = 1 << 4;
    static final int ZF = 1 << 6;
    static final int SF = 1 << 7;
    static final int IF = 1 << 9;
    static final int DF = 1 << 10;
    static final int OF = 1 << 11;

    private static final int ARITHMETIC = CF | PF | AF | ZF | SF | OF;
    private static final int ALWAYS_ONE = 2;

    /** What POPF may change at privilege level 0: AC, NT, IOPL, the flags above and TF. */
    private static final int WRITABLE = ARITHMETIC | IF | DF | 1 << 8 | 3 << 12 | 1 << 14 | 1 << 18;

    private int carry;
    private int overflow;

    /** ZF = it is 0. */
    private int zeroOf;

    /** SF = it is negative. */
    private int signOf;

    /** PF = an even number of ones in the low byte. */
    private int parityOf;

    /** AF = bit 4. */
    private int adjustOf;

    /** All flags but the six arithmetic ones. */
    private int others = ALWAYS_ONE;

    int value() {
        return others
                | carry
                | (parity() ? PF : 0)
                | (adjustOf & AF)
                | (zero() ? ZF : 0)
                | (sign() ? SF : 0)
                | (overflow == 0 ? 0 : OF);
    }

    void setValue(int value) {
        others = (value & ~ARITHMETIC) | ALWAYS_ONE;
        carry = value & CF;
        parityOf = (value & PF) != 0 ? 0 : 1;
        adjustOf = value;
        zeroOf = (value & ZF) != 0 ? 0 : 1;
        signOf = (value & SF) != 0 ? -1 : 0;
        overflow = (value & OF) != 0 ? 1 : 0;
    }

    /** POPF: 2 bytes leave the upper half alone. */
    void pop(int value, int size) {
        int mask = size == 2 ? WRITABLE & 0xFFFF : WRITABLE;
        setValue((value() & ~mask) | (value & mask));
    }

    void set(int mask) {
        setValue(value() | mask);
    }

    void clear(int mask) {
        setValue(value() & ~mask);
    }

    int carry() {
        return carry;
    }

    void setCarry(int bit) {
        carry = bit;
    }

    void setCarryAndOverflow(int carryBit, int overflowBit) {
        carry = carryBit;
        overflow = overflowBit;
    }

    boolean zero() {
        return zeroOf == 0;
    }

    private boolean sign() {
        return signOf < 0;
    }

    private boolean parity() {
        return (Integer.bitCount(parityOf & 0xFF) & 1) == 0;
    }

    /** ZF, SF and PF of a result of so many bytes. */
    void setResult(int result, int size) {
        int aligned = result << ((4 - size) * 8);
        zeroOf = aligned;
        signOf = aligned;
        parityOf = result;
    }

    /** All six, after an addition or subtraction. */
    void setAll(int result, int size, int carryBit, int overflowBit, int adjust) {
        setResult(result, size);
        carry = carryBit;
        overflow = overflowBit;
        adjustOf = adjust;
    }

    /** The sixteen conditions of Jcc, SETcc, by the low four bits of the opcode. */
    boolean condition(int code) {
        boolean holds =
                switch (code >> 1) {
                    case 0 -> overflow != 0;
                    case 1 -> carry != 0;
                    case 2 -> zero();
                    case 3 -> carry != 0 || zero();
                    case 4 -> sign();
                    case 5 -> parity();
                    case 6 -> sign() != (overflow != 0);
                    case 7 -> zero() || sign() != (overflow != 0);
                    default -> throw new IllegalArgumentException("No such condition: " + code);
                };
        return holds == ((code & 1) == 0);
    }
}
