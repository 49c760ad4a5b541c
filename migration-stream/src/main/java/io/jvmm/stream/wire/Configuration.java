package io.jvmm.stream.wire;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The machine that the stream is for ("Configuration section" of QEMU's stream format). It has no
 * version and no footer.
 *
 * <pre>
 *   u8   0x07
 *   u32  n
 *   n    machine name
 *   then, each only if there is something to say, in this order:
 *   0x05, u8 n, "configuration/target-page-bits", u32 1,  u32 page bits
 *   0x05, u8 n, "configuration/capabilities",     u32 1,  u32 count, count × (u8 n, name)
 *   0x05, u8 n, "configuration/uuid",             u32 1,  16 bytes
 * </pre>
 *
 * A receiver accepts the subsections in any order and refuses unknown and repeated ones. The
 * capabilities are an assertion by the source, not a negotiation: nothing comes back.
 *
 * @param machine full machine name such as {@code none}, {@code microvm}, {@code pc-i440fx-7.2}
 * @param targetPageBits binary logarithm of the page size, or 0 = not said, the usual 12
 * @param capabilities names of the validated capabilities that are on; empty = not said
 * @param uuid the VM's UUID, or null = not said
 */
public record Configuration(
        String machine, int targetPageBits, List<String> capabilities, @Nullable UUID uuid)
        implements Frame {
    private static final String TARGET_PAGE_BITS = "configuration/target-page-bits";
    private static final String CAPABILITIES = "configuration/capabilities";
    private static final String UUID_NAME = "configuration/uuid";
    private static final int SUBSECTION_VERSION = 1;
    private static final int MACHINE_LIMIT = 255;
    private static final int CAPABILITIES_LIMIT = 256;
    private static final int X86_PAGE_BITS = 12;

    /** Copies the capabilities and checks the sizes. */
    public Configuration {
        capabilities = List.copyOf(capabilities);
        if (machine.isEmpty() || machine.length() > MACHINE_LIMIT) {
            throw new IllegalArgumentException(
                    "A machine's name has 1 to 255 characters: machine=" + machine);
        }
        if (targetPageBits < 0 || capabilities.size() > CAPABILITIES_LIMIT) {
            throw new IllegalArgumentException(
                    "Not a configuration: targetPageBits="
                            + targetPageBits
                            + " capabilities="
                            + capabilities.size());
        }
    }

    /**
     * A configuration that says no more than the machine.
     *
     * @param machine full machine name
     * @return the configuration
     */
    public static Configuration ofMachine(String machine) {
        return new Configuration(machine, 0, List.of(), null);
    }

    @Override
    public void encode(StreamWriter out) {
        out.putU8(SectionType.CONFIGURATION.code());
        out.putU32(machine.length());
        out.putString(machine);
        if (targetPageBits != 0) {
            encodeSubsection(out, TARGET_PAGE_BITS);
            out.putU32(targetPageBits);
        }
        if (!capabilities.isEmpty()) {
            encodeSubsection(out, CAPABILITIES);
            out.putU32(capabilities.size());
            for (int i = 0; i < capabilities.size(); i++) {
                out.putCountedString(capabilities.get(i));
            }
        }
        if (uuid != null) {
            encodeSubsection(out, UUID_NAME);
            out.putU64(uuid.getMostSignificantBits());
            out.putU64(uuid.getLeastSignificantBits());
        }
    }

    /**
     * Gets a configuration, its subsections included. Looks at the byte that follows it.
     *
     * @param in the stream, after the file header
     * @return what the source says
     * @throws StreamFormatException if something else stands there or it is malformed
     */
    public static Configuration decode(StreamReader in) {
        long position = in.position();
        int type = in.getU8();
        if (type != SectionType.CONFIGURATION.code()) {
            throw new StreamFormatException("The configuration is missing: type=" + type, position);
        }
        long length = in.getU32();
        if (length == 0) {
            throw new StreamFormatException("The machine has no name: length=0", position + 1);
        }
        Received received = new Received(in.getString(length, MACHINE_LIMIT));
        while (in.peekU8(0) == SectionType.SUBSECTION.code()) {
            received.subsection(in);
        }
        return received.toConfiguration();
    }

    /**
     * Checks what a source says against this machine. A UUID is compared only if both sides have
     * one, the machine's name in full (QEMU lets a prefix pass).
     *
     * @param received the source's configuration
     * @param rules which capability names are known and which validated
     * @param position where the stream stands, for the error
     * @throws StreamFormatException naming the first thing that does not fit
     */
    public void check(Configuration received, CapabilityRules rules, long position) {
        if (!received.machine.equals(machine)) {
            throw new StreamFormatException(
                    "The stream is for another machine: machine="
                            + received.machine
                            + " expected="
                            + machine,
                    position);
        }
        if (received.targetPageBits != 0 && received.targetPageBits != X86_PAGE_BITS) {
            throw new StreamFormatException(
                    "The stream is for another page size: bits=" + received.targetPageBits,
                    position);
        }
        if (uuid != null && received.uuid != null && !uuid.equals(received.uuid)) {
            throw new StreamFormatException(
                    "The stream is for another VM: uuid=" + received.uuid + " expected=" + uuid,
                    position);
        }
        checkCapabilities(received, rules, position);
    }

    private void checkCapabilities(Configuration received, CapabilityRules rules, long position) {
        for (String name : received.capabilities) {
            if (!rules.known().contains(name)) {
                throw new StreamFormatException(
                        "The source uses an unknown capability: capability=" + name, position);
            }
            if (rules.validated().contains(name) && !capabilities.contains(name)) {
                throw new StreamFormatException(
                        "The capability is on at the source but off here: capability=" + name,
                        position);
            }
        }
        for (String name : capabilities) {
            if (rules.validated().contains(name) && !received.capabilities.contains(name)) {
                throw new StreamFormatException(
                        "The capability is on here but off at the source: capability=" + name,
                        position);
            }
        }
    }

    private static void encodeSubsection(StreamWriter out, String name) {
        out.putU8(SectionType.SUBSECTION.code());
        out.putCountedString(name);
        out.putU32(SUBSECTION_VERSION);
    }

    /** What has been received so far. */
    private static final class Received {
        private final String machine;
        private int targetPageBits;
        private @Nullable List<String> capabilities;
        private @Nullable UUID uuid;

        Received(String machine) {
            this.machine = machine;
        }

        Configuration toConfiguration() {
            return new Configuration(
                    machine, targetPageBits, capabilities == null ? List.of() : capabilities, uuid);
        }

        void subsection(StreamReader in) {
            long position = in.position();
            in.skip(1);
            String name = in.getCountedString();
            long versionPosition = in.position();
            long version = in.getU32();
            if (version != SUBSECTION_VERSION) {
                throw new StreamFormatException(
                        "Unsupported subsection version: name=" + name + " version=" + version,
                        versionPosition);
            }
            switch (name) {
                case TARGET_PAGE_BITS -> {
                    once(targetPageBits == 0, name, position);
                    targetPageBits = decodePageBits(in);
                }
                case CAPABILITIES -> {
                    once(capabilities == null, name, position);
                    capabilities = decodeCapabilities(in);
                }
                case UUID_NAME -> {
                    once(uuid == null, name, position);
                    uuid = new UUID(in.getU64(), in.getU64());
                }
                default ->
                        throw new StreamFormatException(
                                "Unknown subsection: name=" + name, position);
            }
        }

        private static void once(boolean first, String name, long position) {
            if (!first) {
                throw new StreamFormatException("Subsection sent twice: name=" + name, position);
            }
        }

        private static int decodePageBits(StreamReader in) {
            long position = in.position();
            long bits = in.getU32();
            if (bits < 1 || bits > 63) {
                throw new StreamFormatException("Page bits out of range: bits=" + bits, position);
            }
            return (int) bits;
        }

        private static List<String> decodeCapabilities(StreamReader in) {
            long position = in.position();
            long count = in.getU32();
            if (count > CAPABILITIES_LIMIT) {
                throw new StreamFormatException(
                        "Too many capabilities: count=" + count + " limit=" + CAPABILITIES_LIMIT,
                        position);
            }
            String[] names = new String[(int) count];
            for (int i = 0; i < names.length; i++) {
                names[i] = in.getCountedString();
            }
            return List.of(names);
        }
    }
}
