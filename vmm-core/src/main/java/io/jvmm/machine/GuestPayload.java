package io.jvmm.machine;

import java.nio.file.Path;

/** What the guest runs. */
public sealed interface GuestPayload {
    /** Nothing: a machine without vCPUs, or one that waits for a guest. */
    record Empty() implements GuestPayload {}

    /**
     * The boot sector of a raw disk image.
     *
     * @param image the image; its first 512 bytes are loaded
     */
    record BootDisk(Path image) implements GuestPayload {}

    /**
     * The built-in stress guest.
     *
     * @param workingSetBytes the memory that it dirties, a multiple of the page size
     * @param bytesPerSecond how fast it dirties, 0 = as fast as it can
     * @param uarts how many serial ports on the PCI bus it uses
     */
    record Stress(long workingSetBytes, long bytesPerSecond, int uarts) implements GuestPayload {
        /** Checks the number of serial ports. */
        public Stress {
            if (uarts < 0) {
                throw new IllegalArgumentException(
                        "The number of serial ports is negative: uart=" + uarts);
            }
        }

        /**
         * A guest that uses no serial port.
         *
         * @param workingSetBytes the memory that it dirties, a multiple of the page size
         * @param bytesPerSecond how fast it dirties, 0 = as fast as it can
         */
        public Stress(long workingSetBytes, long bytesPerSecond) {
            this(workingSetBytes, bytesPerSecond, 0);
        }
    }
}
