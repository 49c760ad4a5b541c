package io.jvmm.device;

import static io.jvmm.vmstate.FieldType.INT32;
import static io.jvmm.vmstate.FieldType.TIMER;
import static io.jvmm.vmstate.FieldType.UINT16;
import static io.jvmm.vmstate.FieldType.UINT32;
import static io.jvmm.vmstate.FieldType.UINT8;

import io.jvmm.vmstate.VmStateDescription;
import org.jspecify.annotations.Nullable;

/**
 * The section of a serial port on the ISA bus: QEMU's {@code serial}, version 3, which is one
 * struct that has the same name.
 *
 * <p>Our port sends at once, so it never has a subsection for bytes waiting to be sent, and refuses
 * one. The timer that tells a guest of few bytes in the receive FIFO is read and dropped: our port
 * tells of the first one.
 */
public final class SerialSection {
    private static final int IER_THR_EMPTY = 2;
    private static final int IER_BITS = 0x0F;
    private static final int IIR_SOURCE = 0x0F;
    private static final int IIR_THR_EMPTY = 2;
    private static final int MCR_BITS = 0x1F;
    private static final int FCR_KEPT = 0xC9;
    private static final int NOT_LOADED = -1;

    private static final VmStateDescription<SerialState> FIFO =
            VmStateDescription.<SerialState>named("Fifo8")
                    .buffer("data", SerialState.FIFO_SIZE, s -> s.receiveFifo)
                    .field(UINT32, "head", s -> s.receiveHead, (s, v) -> s.receiveHead = (int) v)
                    .field(UINT32, "num", s -> s.receiveCount, (s, v) -> s.receiveCount = (int) v)
                    .check(SerialSection::fifoFault)
                    .build();

    private static final VmStateDescription<SerialState> RECEIVE_FIFO =
            VmStateDescription.<SerialState>named("serial/recv_fifo")
                    .struct("recv_fifo", FIFO, s -> s)
                    .build();

    private static final VmStateDescription<SerialState> THR_PENDING =
            VmStateDescription.<SerialState>named("serial/thr_ipending")
                    .field(
                            INT32,
                            "thr_ipending",
                            s -> s.thrPending,
                            (s, v) -> s.thrPending = v == 0 ? 0 : 1)
                    .build();

    private static final VmStateDescription<SerialState> FIFO_TIMER =
            VmStateDescription.<SerialState>named("serial/fifo_timeout_timer")
                    .field(TIMER, "fifo_timeout_timer", s -> -1, (s, v) -> {})
                    .build();

    private static final VmStateDescription<SerialState> FIFO_TIMEOUT =
            VmStateDescription.<SerialState>named("serial/timeout_ipending")
                    .field(INT32, "timeout_ipending", s -> 0, (s, v) -> {})
                    .build();

    private static final VmStateDescription<SerialState> PORT =
            VmStateDescription.<SerialState>named("serial")
                    .version(3)
                    .minimumVersion(2)
                    .field(UINT16, "divider", s -> s.divider, (s, v) -> s.divider = (int) v)
                    .field(UINT8, "rbr", s -> s.rbr, (s, v) -> s.rbr = (int) v)
                    .field(UINT8, "ier", s -> s.ier, (s, v) -> s.ier = (int) v & IER_BITS)
                    .field(UINT8, "iir", s -> s.iir, (s, v) -> s.iir = (int) v)
                    .field(UINT8, "lcr", s -> s.lcr, (s, v) -> s.lcr = (int) v)
                    .field(UINT8, "mcr", s -> s.mcr, (s, v) -> s.mcr = (int) v & MCR_BITS)
                    .field(UINT8, "lsr", s -> s.lsr, (s, v) -> s.lsr = (int) v)
                    .field(UINT8, "msr", s -> s.msr, (s, v) -> s.msr = (int) v)
                    .field(UINT8, "scr", s -> s.scr, (s, v) -> s.scr = (int) v)
                    .field(UINT8, "fcr_vmstate", s -> s.fcr, (s, v) -> s.fcr = (int) v & FCR_KEPT)
                    .since(3)
                    .preLoad(SerialSection::setDefaults)
                    .postLoad((s, _) -> deriveThrPending(s))
                    .subsection(THR_PENDING, SerialSection::isThrPendingNeeded)
                    .subsection(RECEIVE_FIFO, s -> s.receiveCount != 0)
                    .subsection(FIFO_TIMER, s -> false)
                    .subsection(FIFO_TIMEOUT, s -> false)
                    .build();

    /** How the section looks. */
    public static final VmStateDescription<SerialState> DESCRIPTION =
            VmStateDescription.<SerialState>named("serial")
                    .version(3)
                    .minimumVersion(2)
                    .struct("state", PORT, s -> s)
                    .build();

    private SerialSection() {}

    /** Sent only where the receiver could not tell it from the other registers. */
    private static boolean isThrPendingNeeded(SerialState serial) {
        return (serial.ier & IER_THR_EMPTY) != 0 && serial.thrPending != thrPendingOf(serial);
    }

    private static int thrPendingOf(SerialState serial) {
        return (serial.iir & IIR_SOURCE) == IIR_THR_EMPTY ? 1 : 0;
    }

    private static void setDefaults(SerialState serial) {
        serial.fcr = 0;
        serial.thrPending = NOT_LOADED;
        serial.receiveHead = 0;
        serial.receiveCount = 0;
    }

    private static void deriveThrPending(SerialState serial) {
        if (serial.thrPending == NOT_LOADED) {
            serial.thrPending = thrPendingOf(serial);
        }
    }

    private static @Nullable String fifoFault(SerialState serial) {
        if (serial.receiveHead < 0
                || serial.receiveHead >= SerialState.FIFO_SIZE
                || serial.receiveCount < 0
                || serial.receiveCount > SerialState.FIFO_SIZE) {
            return "head=%d num=%d".formatted(serial.receiveHead, serial.receiveCount);
        }
        return null;
    }
}
