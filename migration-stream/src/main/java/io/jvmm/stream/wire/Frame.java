package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * A record of the forward stream ("Framing" of QEMU's stream format). A section has no length on
 * the wire: the frames here are its first bytes, then comes the payload that only its owner can
 * parse, then the {@link Footer}.
 *
 * <pre>
 *   FileHeader Configuration  { SectionStart payload Footer
 *                             | SectionPart  payload Footer
 *                             | SectionEnd   payload Footer
 *                             | SectionFull  payload Footer
 *                             | Command }*  Eof VmDescription
 * </pre>
 */
public sealed interface Frame permits Configuration, Frame.Plain, VmDescription {
    /**
     * Puts the frame, its type byte included. Allocates nothing.
     *
     * @param out the stream
     */
    void encode(StreamWriter out);

    /**
     * Gets one of the frames that may stand between the configuration and the VM description.
     *
     * @param in the stream, at a type byte
     * @return the frame; of a section, what stands before the payload
     * @throws StreamFormatException if the type is unknown or cannot stand here, or the command is
     *     wrong
     */
    static Frame decode(StreamReader in) {
        long position = in.position();
        SectionType type = SectionType.fromCode(in.getU8(), position);
        return switch (type) {
            case EOF -> new Eof();
            case START -> new SectionStart(SectionHeader.decode(in));
            case PART -> new SectionPart((int) in.getU32());
            case END -> new SectionEnd((int) in.getU32());
            case FULL -> new SectionFull(SectionHeader.decode(in));
            case COMMAND -> new Command(VmCommand.decode(in));
            case SUBSECTION, VMDESCRIPTION, CONFIGURATION, FOOTER ->
                    throw new StreamFormatException(
                            "This record cannot stand here: type=" + type, position);
        };
    }

    /** The frames that are no more than a few numbers. */
    sealed interface Plain extends Frame {}

    /**
     * The first bytes of a stream.
     *
     * <pre>
     *   0  u32  0x5145564D ("QEVM")
     *   4  u32  3
     * </pre>
     */
    record FileHeader() implements Plain {
        private static final int MAGIC = 0x5145564D;
        private static final int VERSION = 3;

        @Override
        public void encode(StreamWriter out) {
            out.putU32(MAGIC);
            out.putU32(VERSION);
        }

        /**
         * Gets and checks the header.
         *
         * @param in the stream, at its start
         * @return the header
         * @throws StreamFormatException if this is no migration stream or one of another version
         */
        public static FileHeader decode(StreamReader in) {
            long position = in.position();
            long magic = in.getU32();
            if (magic != MAGIC) {
                throw new StreamFormatException(
                        "Not a migration stream: magic=0x" + Long.toHexString(magic), position);
            }
            long version = in.getU32();
            if (version != VERSION) {
                throw new StreamFormatException(
                        "Unsupported migration stream version: version=" + version, position + 4);
            }
            return new FileHeader();
        }
    }

    /**
     * Opens an iterable section.
     *
     * <pre>
     *   u8 0x01, header, payload, footer
     * </pre>
     *
     * @param header what the section belongs to
     */
    record SectionStart(SectionHeader header) implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.START.code());
            header.encode(out);
        }
    }

    /**
     * Goes on with an iterable section.
     *
     * <pre>
     *   u8 0x02, u32 section id, payload, footer
     * </pre>
     *
     * @param id the id that its START gave
     */
    record SectionPart(int id) implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.PART.code());
            out.putU32(id);
        }
    }

    /**
     * Closes an iterable section.
     *
     * <pre>
     *   u8 0x03, u32 section id, payload, footer
     * </pre>
     *
     * @param id the id that its START gave
     */
    record SectionEnd(int id) implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.END.code());
            out.putU32(id);
        }
    }

    /**
     * The whole state of a device.
     *
     * <pre>
     *   u8 0x04, header, payload, footer
     * </pre>
     *
     * @param header what the section belongs to
     */
    record SectionFull(SectionHeader header) implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.FULL.code());
            header.encode(out);
        }
    }

    /**
     * Ends each section.
     *
     * <pre>
     *   u8 0x7E, u32 section id
     * </pre>
     *
     * @param id the section's id
     */
    record Footer(int id) implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.FOOTER.code());
            out.putU32(id);
        }

        /**
         * Gets a footer and checks that it is this section's. Allocates nothing.
         *
         * @param in the stream, after a section's payload
         * @param id the section's id
         * @throws StreamFormatException if something else stands there
         */
        public static void expect(StreamReader in, int id) {
            long position = in.position();
            int type = in.getU8();
            if (type != SectionType.FOOTER.code()) {
                throw new StreamFormatException(
                        "The section footer is missing: type=" + type, position);
            }
            int found = (int) in.getU32();
            if (found != id) {
                throw new StreamFormatException(
                        "The footer is another section's: id="
                                + Integer.toUnsignedString(found)
                                + " expected="
                                + Integer.toUnsignedString(id),
                        position + 1);
            }
        }
    }

    /**
     * A command to the destination.
     *
     * <pre>
     *   u8 0x08, command
     * </pre>
     *
     * @param command what to do
     */
    record Command(VmCommand command) implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.COMMAND.code());
            command.encode(out);
        }
    }

    /**
     * The end of the load loop.
     *
     * <pre>
     *   u8 0x00
     * </pre>
     */
    record Eof() implements Plain {
        @Override
        public void encode(StreamWriter out) {
            out.putU8(SectionType.EOF.code());
        }
    }
}
