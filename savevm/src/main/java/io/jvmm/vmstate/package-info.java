/**
 * Declarative device state: what a device saves is a list of fields, not code.
 *
 * <p>A {@link io.jvmm.vmstate.VmStateDescription} names a piece of state, its version, its fields
 * in wire order and its optional subsections. The same description saves, loads, and describes
 * itself as the JSON text that ends a migration stream:
 *
 * <pre>{@code
 * static final VmStateDescription<RtcState> RTC =
 *         VmStateDescription.<RtcState>named("rtc")
 *                 .version(3)
 *                 .minimumVersion(1)
 *                 .field(UINT8, "index", s -> s.index, (s, v) -> s.index = (int) v)
 *                 .array(UINT8, "cmos", 128, (s, i) -> s.cmos[i], (s, i, v) -> s.cmos[i] = (byte) v)
 *                 .field(TIMER, "periodic_timer", s -> s.nextTick, (s, v) -> s.nextTick = v).since(2)
 *                 .subsection(RTC_IRQ, s -> s.pendingIrq)
 *                 .build();
 * }</pre>
 *
 * <p>A new piece of state goes into a subsection with a test that says when it is needed, so that a
 * device in its usual state stays readable by an older program; a new version number is for the
 * break that cannot be avoided.
 *
 * <p>Descriptions are immutable and may be shared by threads; the state objects belong to whoever
 * saves or loads them. Saving and loading allocate nothing, so a switchover may do both.
 */
@NullMarked
package io.jvmm.vmstate;

import org.jspecify.annotations.NullMarked;
