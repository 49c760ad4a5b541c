package io.jvmm.machine;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What {@code -accel} chooses. */
public enum AcceleratorKind {
    /** The kernel's KVM. */
    KVM("kvm"),
    /** Our own x86 interpreter; also chosen by QEMU's name for its own, {@code tcg}. */
    INTERP("interp");

    private final String label;

    AcceleratorKind(String label) {
        this.label = label;
    }

    /**
     * The name on the command line.
     *
     * @return {@code kvm} or {@code interp}
     */
    public String label() {
        return label;
    }

    /**
     * Finds an accelerator.
     *
     * @param label its name, or {@code tcg}
     * @return the accelerator
     * @throws IllegalArgumentException if there is none of that name; the message lists them
     */
    public static AcceleratorKind of(String label) {
        if (label.equals("tcg")) {
            return INTERP;
        }
        for (AcceleratorKind kind : values()) {
            if (kind.label.equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "invalid accelerator "
                        + label
                        + "; there are: tcg, "
                        + Arrays.stream(values())
                                .map(AcceleratorKind::label)
                                .collect(Collectors.joining(", ")));
    }
}
