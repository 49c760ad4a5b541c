package io.jvmm.device;

import io.jvmm.vmstate.FieldType;
import io.jvmm.vmstate.VmStateDescription;

/**
 * The pause clock's section, {@code jvmm-pause-clock} version 1: one i64 for each vCPU, the latched
 * time.
 */
public final class PauseClockSection {
    private PauseClockSection() {}

    /**
     * How the section looks.
     *
     * @param vcpus the number of vCPUs, which both sides must agree on
     * @return the description
     */
    public static VmStateDescription<PauseClockState> description(int vcpus) {
        return VmStateDescription.<PauseClockState>named("jvmm-pause-clock")
                .array(
                        FieldType.INT64,
                        "latched",
                        vcpus,
                        (state, i) -> state.latched[i],
                        (state, i, value) -> state.latched[i] = value)
                .build();
    }
}
