package io.jvmm.device.pci;

import static io.jvmm.vmstate.FieldType.INT32;
import static io.jvmm.vmstate.FieldType.UINT32;

import io.jvmm.vmstate.VmStateDescription;
import org.jspecify.annotations.Nullable;

/**
 * What migrates of a function's {@link PciConfig}: QEMU's {@code PCIDevice}, version 2, of a
 * function without MSI.
 *
 * <pre>
 *   0     i32      2
 *   4     u8[256]  configuration space
 *   260   u32[4]   levels of the interrupt pins A to D
 * </pre>
 */
public final class PciConfigState {
    private static final int VERSION = 2;
    private static final int PINS = 4;

    /** What it looks like in a stream. */
    public static final VmStateDescription<PciConfigState> DESCRIPTION =
            VmStateDescription.<PciConfigState>named("PCIDevice")
                    .version(VERSION)
                    .field(INT32, "version_id", s -> s.version, (s, value) -> s.version = value)
                    .buffer("config", PciConfig.SIZE, s -> s.bytes)
                    .array(
                            UINT32,
                            "irq_state",
                            PINS,
                            (s, pin) -> s.pinLevels[pin],
                            (s, pin, level) -> s.pinLevels[pin] = level)
                    .check(PciConfigState::fault)
                    .build();

    /** The configuration space. */
    public final byte[] bytes = new byte[PciConfig.SIZE];

    /** 1 for a pin that is up; only the first one exists. */
    public final long[] pinLevels = new long[PINS];

    private long version = VERSION;

    /** A state of zeros. */
    public PciConfigState() {}

    private @Nullable String fault() {
        if (version < 0 || version > VERSION) {
            return "version_id=" + version;
        }
        for (int pin = 0; pin < PINS; pin++) {
            if (pinLevels[pin] > (pin == 0 ? 1 : 0)) {
                return "pin=%d level=%d".formatted(pin, pinLevels[pin]);
            }
        }
        return null;
    }
}
