package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * What a START or FULL section belongs to.
 *
 * <pre>
 *   u32  section id
 *   u8   n
 *   n    name, printable ASCII
 *   u32  instance id
 *   u32  version
 * </pre>
 *
 * The numbers are unsigned; the id is chosen by the source and arbitrary.
 *
 * @param id what PART, END and footers call the section
 * @param name the device's name, 1 to 127 characters (QEMU allows 255, its analysis script 127)
 * @param instanceId tells devices of the same name apart
 * @param versionId version of the payload
 */
public record SectionHeader(int id, String name, int instanceId, int versionId) {
    /** Checks the name's length. */
    public SectionHeader {
        if (name.isEmpty() || name.length() > 127) {
            throw new IllegalArgumentException(
                    "A section's name has 1 to 127 characters: name=" + name);
        }
    }

    /**
     * Puts the header. Allocates nothing.
     *
     * @param out the stream, after the type byte
     */
    public void encode(StreamWriter out) {
        out.putU32(id);
        out.putCountedString(name);
        out.putU32(instanceId);
        out.putU32(versionId);
    }

    /**
     * Gets a header.
     *
     * @param in the stream, after the type byte
     * @return the header
     * @throws StreamFormatException if the name is empty, too long or not printable
     */
    public static SectionHeader decode(StreamReader in) {
        int id = (int) in.getU32();
        long position = in.position();
        String name = in.getCountedString();
        if (name.isEmpty() || name.length() > 127) {
            throw new StreamFormatException(
                    "A section's name has 1 to 127 characters: length=" + name.length(), position);
        }
        return new SectionHeader(id, name, (int) in.getU32(), (int) in.getU32());
    }
}
