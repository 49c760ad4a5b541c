package io.jvmm.device;

import io.jvmm.vmstate.FieldType;
import io.jvmm.vmstate.VmStateDescription;

/** The guest's clocks, relative to the host's: QEMU's section {@code timer}, version 2. */
public final class TimerState {
    /**
     * How the section looks: i64 offset of the time stamp counter, 8 unused bytes, i64 offset of
     * the clock. Version 1 ended before the clock.
     */
    public static final VmStateDescription<TimerState> DESCRIPTION =
            VmStateDescription.<TimerState>named("timer")
                    .version(2)
                    .minimumVersion(1)
                    .field(
                            FieldType.INT64,
                            "cpu_ticks_offset",
                            t -> t.ticksOffset,
                            (t, v) -> t.ticksOffset = v)
                    .unused(Long.BYTES)
                    .field(
                            FieldType.INT64,
                            "cpu_clock_offset",
                            t -> t.clockOffset,
                            (t, v) -> t.clockOffset = v)
                    .since(2)
                    .build();

    /** Time stamp counter of the guest at the moment it stopped. */
    public long ticksOffset;

    /** Nanoseconds that the guest has run. */
    public long clockOffset;

    /** Clocks at zero. */
    public TimerState() {}
}
