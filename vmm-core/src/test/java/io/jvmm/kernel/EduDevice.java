package io.jvmm.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Mapping;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioBackend;
import java.lang.invoke.VarHandle;

/**
 * QEMU's edu device, through its mapped registers: it computes factorials, and moves bytes between
 * memory and a buffer of its own, which has 4095 usable bytes. QEMU ends at a wrong address.
 */
record EduDevice(VfioBackend device, Mapping registers) implements AutoCloseable {
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private static final long LIVENESS = 0x04;
    private static final long FACTORIAL = 0x08;
    private static final long STATUS = 0x20;
    private static final long INTERRUPT_STATUS = 0x24;
    private static final long INTERRUPT_RAISE = 0x60;
    private static final long INTERRUPT_ACKNOWLEDGE = 0x64;
    private static final long DMA_FROM = 0x80;
    private static final long DMA_TO = 0x88;
    private static final long DMA_COUNT = 0x90;
    private static final long DMA_COMMAND = 0x98;
    private static final long BUFFER = 0x40000;

    private static final int COMPUTING = 1;
    private static final long START = 1;
    private static final long TOWARDS_MEMORY = 2;

    private static final int PCI_COMMAND = 4;
    private static final int MEMORY_AND_BUS_MASTER = 6;

    /** Opens it, and lets it do DMA. */
    static EduDevice open(OpeningWay way) {
        VfioBackend device = way.open(GuestDevices.edu());
        RegionInfo registers = device.region(DeviceInfo.BAR0_REGION);
        device.writeRegister(DeviceInfo.CONFIG_REGION, PCI_COMMAND, 2, MEMORY_AND_BUS_MASTER);
        return new EduDevice(
                device, device.map(registers.index(), registers.mappable().getFirst()));
    }

    /** The complement of a value, which shows that somebody is there. */
    int complement(int value) {
        write(LIVENESS, value);
        return read(LIVENESS);
    }

    int factorial(int value) {
        write(FACTORIAL, value);
        while ((read(STATUS) & COMPUTING) != 0) {
            Thread.onSpinWait();
        }
        return read(FACTORIAL);
    }

    /** Raises its interrupt for these reasons, and takes it back. */
    int interrupt(int reasons) {
        write(INTERRUPT_RAISE, reasons);
        int raised = read(INTERRUPT_STATUS);
        write(INTERRUPT_ACKNOWLEDGE, raised);
        return raised;
    }

    /** Takes bytes out of memory into its buffer; returns when it says so. */
    void fetch(long iova, int count) {
        move(iova, BUFFER, count, START);
    }

    /** Puts the bytes of its buffer into memory; returns when it says so. */
    void store(long iova, int count) {
        move(BUFFER, iova, count, START | TOWARDS_MEMORY);
    }

    private void move(long from, long to, int count, long command) {
        LONG.setVolatile(registers.segment(), DMA_FROM, from);
        LONG.setVolatile(registers.segment(), DMA_TO, to);
        LONG.setVolatile(registers.segment(), DMA_COUNT, (long) count);
        LONG.setVolatile(registers.segment(), DMA_COMMAND, command);
        while (((long) LONG.getVolatile(registers.segment(), DMA_COMMAND) & START) != 0) {
            Thread.onSpinWait();
        }
    }

    private int read(long register) {
        return (int) INT.getVolatile(registers.segment(), register);
    }

    private void write(long register, int value) {
        INT.setVolatile(registers.segment(), register, value);
    }

    @Override
    public void close() {
        registers.close();
        device.close();
    }
}
