package io.jvmm.device.vfio;

import io.jvmm.stream.StreamFormatException;

/** What stands before each part of a VFIO section's payload: 64 bits. */
enum VfioMarker {
    /** Ends the payload. */
    END_OF_STATE(0xFFFF_FFFF_EF10_0001L),
    /** The configuration follows, then {@link #END_OF_STATE}. */
    DEV_CONFIG_STATE(0xFFFF_FFFF_EF10_0002L),
    /** {@link #END_OF_STATE} follows. */
    DEV_SETUP_STATE(0xFFFF_FFFF_EF10_0003L),
    /** 64 bits of length and so many bytes of the device follow. */
    DEV_DATA_STATE(0xFFFF_FFFF_EF10_0004L),
    /** The initial data has been sent; ends the payload. */
    DEV_INIT_DATA_SENT(0xFFFF_FFFF_EF10_0005L);

    private static final VfioMarker[] ALL = values();

    private final long code;

    VfioMarker(long code) {
        this.code = code;
    }

    long code() {
        return code;
    }

    static VfioMarker fromCode(long code, long position) {
        for (VfioMarker marker : ALL) {
            if (marker.code == code) {
                return marker;
            }
        }
        throw new StreamFormatException(
                "Not a part of a VFIO section: marker=0x%016x".formatted(code), position);
    }
}
