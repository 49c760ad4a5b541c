package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;

/** The u8 that each record of the stream starts with ("Record types" of QEMU's stream format). */
public enum SectionType {
    /** Ends the load loop; nothing follows in the record. */
    EOF(0x00),
    /** Opens an iterable section. */
    START(0x01),
    /** Goes on with an iterable section. */
    PART(0x02),
    /** Closes an iterable section. */
    END(0x03),
    /** The whole state of a device. */
    FULL(0x04),
    /** Optional state at the end of a device's state. */
    SUBSECTION(0x05),
    /** The description of all devices as JSON, after the EOF. */
    VMDESCRIPTION(0x06),
    /** The machine, after the file header. */
    CONFIGURATION(0x07),
    /** A command to the destination. */
    COMMAND(0x08),
    /** Ends each section. */
    FOOTER(0x7E);

    private static final SectionType[] BY_CODE = new SectionType[0x7F];

    static {
        for (SectionType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;

    SectionType(int code) {
        this.code = code;
    }

    /**
     * The byte on the wire.
     *
     * @return 0 to 255
     */
    public int code() {
        return code;
    }

    /**
     * Finds the type of a byte from the wire.
     *
     * @param code the byte, 0 to 255
     * @param position where it stands
     * @return the type
     * @throws StreamFormatException if no type has this code
     */
    public static SectionType fromCode(int code, long position) {
        if (code >= BY_CODE.length || BY_CODE[code] == null) {
            throw new StreamFormatException("Unknown record type: type=" + code, position);
        }
        return BY_CODE[code];
    }
}
