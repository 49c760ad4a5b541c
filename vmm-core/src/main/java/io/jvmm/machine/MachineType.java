package io.jvmm.machine;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The machines that {@code -machine} chooses, with QEMU's names and RAM block names. */
public enum MachineType {
    /** RAM and nothing else. */
    NONE("none", "ram", false),
    /** vCPUs, a serial port and the pause clock. */
    MICROVM("microvm", "microvm.ram", true);

    private final String label;
    private final String ramBlock;
    private final boolean hasVcpus;

    MachineType(String label, String ramBlock, boolean hasVcpus) {
        this.label = label;
        this.ramBlock = ramBlock;
        this.hasVcpus = hasVcpus;
    }

    /**
     * The name on the command line and at the head of a stream.
     *
     * @return such as {@code microvm}
     */
    public String label() {
        return label;
    }

    String ramBlock() {
        return ramBlock;
    }

    boolean hasVcpus() {
        return hasVcpus;
    }

    /**
     * Finds a machine.
     *
     * @param label its name
     * @return the machine
     * @throws IllegalArgumentException if there is none of that name; the message lists them
     */
    public static MachineType of(String label) {
        for (MachineType type : values()) {
            if (type.label.equals(label)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "unsupported machine type: \""
                        + label
                        + "\"; there are: "
                        + Arrays.stream(values())
                                .map(MachineType::label)
                                .collect(Collectors.joining(", ")));
    }
}
