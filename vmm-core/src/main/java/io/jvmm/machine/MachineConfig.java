package io.jvmm.machine;

import java.util.List;
import java.util.UUID;

/**
 * What a virtual machine is made of.
 *
 * @param name for people, may be empty
 * @param uuid identity, all zero if there is none
 * @param hardware the machine
 * @param payload what the guest runs
 * @param startup how it begins
 */
public record MachineConfig(
        String name, UUID uuid, Hardware hardware, GuestPayload payload, Startup startup) {
    /** No identity. */
    public static final UUID NO_UUID = new UUID(0, 0);

    /** Checks that the guest has what it wants. */
    public MachineConfig {
        if (payload instanceof GuestPayload.Stress stress
                && stress.uarts() > hardware.devices().size()) {
            throw new IllegalArgumentException(
                    "The stress guest wants more devices than there are: uart=%d devices=%d"
                            .formatted(stress.uarts(), hardware.devices().size()));
        }
    }

    /**
     * The machine.
     *
     * @param type its kind
     * @param accelerators what may run it, in order of preference
     * @param memoryBytes RAM, a multiple of the page size
     * @param vcpus how many vCPUs, at least 1; a machine without vCPUs ignores it
     * @param devices what is on its PCI bus
     */
    public record Hardware(
            MachineType type,
            List<AcceleratorKind> accelerators,
            long memoryBytes,
            int vcpus,
            List<DeviceConfig> devices) {
        private static final int PAGE_SIZE = 4096;
        private static final long MAX_MEMORY = 3L << 30;
        private static final int MAX_VCPUS = 64;

        /** Checks the values. */
        public Hardware {
            accelerators = List.copyOf(accelerators);
            devices = List.copyOf(devices);
            if (accelerators.isEmpty()) {
                throw new IllegalArgumentException("A machine needs an accelerator.");
            }
            if (memoryBytes <= 0 || memoryBytes % PAGE_SIZE != 0 || memoryBytes > MAX_MEMORY) {
                throw new IllegalArgumentException(
                        "invalid RAM size: expected a multiple of 4096 bytes up to 3 GiB, bytes="
                                + memoryBytes);
            }
            if (vcpus < 1 || vcpus > MAX_VCPUS) {
                throw new IllegalArgumentException(
                        "Invalid number of vCPUs: expected 1 to 64, vcpus=" + vcpus);
            }
            if (!devices.isEmpty() && !type.hasVcpus()) {
                throw new IllegalArgumentException(
                        "This machine has no PCI bus for devices: type=" + type.label());
            }
        }

        /**
         * A machine without devices.
         *
         * @param type its kind
         * @param accelerators what may run it, in order of preference
         * @param memoryBytes RAM, a multiple of the page size
         * @param vcpus how many vCPUs, at least 1
         */
        public Hardware(
                MachineType type, List<AcceleratorKind> accelerators, long memoryBytes, int vcpus) {
            this(type, accelerators, memoryBytes, vcpus, List.of());
        }
    }

    /**
     * How a machine begins.
     *
     * @param paused whether the guest waits for {@code cont} ({@code -S})
     * @param incoming whether it waits for a migration ({@code -incoming})
     */
    public record Startup(boolean paused, boolean incoming) {}
}
