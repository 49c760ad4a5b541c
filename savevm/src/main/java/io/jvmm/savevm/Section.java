package io.jvmm.savevm;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.wire.SectionHeader;
import java.nio.charset.StandardCharsets;

/** What has a section of its own in the stream. */
abstract sealed class Section permits DeviceSection, IterableSection {
    private final SectionHeader header;
    private final byte[] nameBytes;

    Section(SectionHeader header) {
        this.header = header;
        this.nameBytes = header.name().getBytes(StandardCharsets.US_ASCII);
    }

    /** The header that we send; its id is our own. */
    final SectionHeader header() {
        return header;
    }

    final String name() {
        return header.name();
    }

    final int instanceId() {
        return header.instanceId();
    }

    final boolean isNamed(String name, int instanceId) {
        return header.instanceId() == instanceId && header.name().equals(name);
    }

    /** Whether the u8 length and the characters that come next are this section's name. */
    final boolean isNamedAhead(StreamReader in) {
        if (in.peekU8(0) != nameBytes.length) {
            return false;
        }
        for (int i = 0; i < nameBytes.length; i++) {
            if (in.peekU8(1 + i) != nameBytes[i]) {
                return false;
            }
        }
        return true;
    }

    abstract int minimumVersion();

    abstract void load(StreamReader in, int streamVersion);
}
