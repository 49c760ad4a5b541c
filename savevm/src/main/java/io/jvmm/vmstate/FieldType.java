package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * How an elementary field stands on the wire: big-endian two's complement of a fixed width. In
 * memory every value is a {@code long}; unsigned types load zero-extended, signed ones
 * sign-extended, and saving keeps the low bits.
 */
public enum FieldType {
    /** One unsigned byte. */
    UINT8("uint8", 1),
    /** Two unsigned bytes. */
    UINT16("uint16", 2),
    /** Four unsigned bytes. */
    UINT32("uint32", 4),
    /** Eight unsigned bytes. */
    UINT64("uint64", 8),
    /** One signed byte. */
    INT8("int8", 1),
    /** Two signed bytes. */
    INT16("int16", 2),
    /** Four signed bytes. */
    INT32("int32", 4),
    /** Eight signed bytes. */
    INT64("int64", 8),
    /** One byte: 0 is false, everything else true; loads as 0 or 1. */
    BOOL("bool", 1),
    /** Expiry of a timer in nanoseconds of its clock; -1 when it is not armed. */
    TIMER("timer", 8);

    private final String label;
    private final int size;

    FieldType(String label, int size) {
        this.label = label;
        this.size = size;
    }

    String label() {
        return label;
    }

    /** The variant that the receiver compares instead of storing; the odd one is QEMU's own. */
    String equalLabel() {
        return this == UINT64 ? "int64 equal" : label + " equal";
    }

    int size() {
        return size;
    }

    void put(StreamWriter out, long value) {
        switch (this) {
            case UINT8, INT8 -> out.putU8((int) value & 0xFF);
            case UINT16, INT16 -> out.putU16((int) value & 0xFFFF);
            case UINT32, INT32 -> out.putU32(value & 0xFFFF_FFFFL);
            case UINT64, INT64, TIMER -> out.putU64(value);
            case BOOL -> out.putU8(value == 0 ? 0 : 1);
        }
    }

    long get(StreamReader in) {
        return switch (this) {
            case UINT8 -> in.getU8();
            case INT8 -> (byte) in.getU8();
            case UINT16 -> in.getU16();
            case INT16 -> (short) in.getU16();
            case UINT32 -> in.getU32();
            case INT32 -> (int) in.getU32();
            case UINT64, INT64, TIMER -> in.getU64();
            case BOOL -> in.getU8() == 0 ? 0 : 1;
        };
    }
}
