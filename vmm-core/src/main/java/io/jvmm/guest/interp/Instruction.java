package io.jvmm.guest.interp;

/** A decoded instruction. Filled by {@link Decoder}, not changed afterwards. */
final class Instruction {

    /** No register here. */
    static final int NONE = -1;

    /** There is no such instruction. */
    static final Operation UNKNOWN =
            (_, _) -> {
                throw new Fault("unknown instruction");
            };

    Operation operation = UNKNOWN;

    /** Bytes, prefixes included. */
    int length;

    /** Bytes of an operand: 1, 2 or 4. */
    int size;

    /** Bytes of an address: 2 or 4. */
    int addressSize;

    /** The register operand, or the low three bits of the opcode. */
    int reg;

    /** The other operand if it is a register, else {@link #NONE}: it is in memory. */
    int rm = NONE;

    /** Of a memory operand. */
    int segment;

    int base = NONE;

    int index = NONE;

    int scale;

    int displacement;

    int immediate;

    /** Of a far jump. */
    int selector;

    /** Where it was decoded; the cache's, like the next three. */
    private long address = NONE;

    /** The eight bytes there. */
    private long bytes;

    /** Which bits of them belong to the instruction. */
    private long mask;

    private boolean code32;

    /** For an instruction of at most eight bytes. */
    void setSource(long newAddress, long newBytes, boolean newCode32) {
        address = newAddress;
        mask = -1L >>> (Long.SIZE - length * Byte.SIZE);
        bytes = newBytes & mask;
        code32 = newCode32;
    }

    boolean isDecodedFrom(long itsAddress, long itsBytes, boolean itsCode32) {
        return address == itsAddress && (itsBytes & mask) == bytes && code32 == itsCode32;
    }

    int effectiveAddress(int[] registers) {
        int address = displacement;
        if (base != NONE) {
            address += registers[base];
        }
        if (index != NONE) {
            address += registers[index] << scale;
        }
        return addressSize == 2 ? address & 0xFFFF : address;
    }
}
