package io.jvmm.vfio.check;

import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioBackend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A serial port (16550) whose transmitter feeds its receiver, as that of the kernel's mtty: what is
 * written waits in its FIFO and must arrive with its state. One thread.
 */
final class Uart {
    /**
     * What it is filled with: fewer bytes than its FIFO has, since mtty takes a full one for an
     * empty one, and all different.
     */
    static final List<Integer> FILL = List.of(0x4a, 0x56, 0x4d, 0x6d, 0x00, 0xff, 0x5a, 0xa5);

    /** One more, for a device that still runs. */
    static final int LATE = 0x3c;

    private static final int CLASS_AT = 0x0a;
    private static final int SERIAL_CLASS = 0x0700;
    private static final int REGISTERS = 8;

    private static final int DATA = 0;
    private static final int FIFO_CONTROL = 2;
    private static final int LINE_STATUS = 5;
    private static final int CLEAR_FIFO = 7;
    private static final int DATA_READY = 1;
    private static final int FIFO_SIZE = 16;

    private final Subject device;

    Uart(Subject device) {
        this.device = device;
    }

    /** Whether the device is one. Whether it loops back is found out when it is filled. */
    static boolean isSerialPort(VfioBackend backend) {
        if (!backend.info().pci() || backend.info().regionCount() <= DeviceInfo.CONFIG_REGION) {
            return false;
        }
        RegionInfo registers = backend.region(DeviceInfo.BAR0_REGION);
        return registers.size() == REGISTERS
                && registers.readable()
                && registers.writable()
                && backend.readRegister(DeviceInfo.CONFIG_REGION, CLASS_AT, 2) == SERIAL_CLASS;
    }

    /** Throws away what it holds. */
    void clear() {
        write(FIFO_CONTROL, CLEAR_FIFO);
    }

    /** Clears it and sends {@link #FILL}. */
    void fill() {
        clear();
        FILL.forEach(this::send);
    }

    void send(int octet) {
        write(DATA, octet);
    }

    /** Requires it to hold these bytes and no others; they are taken out. */
    void requireReceived(List<Integer> expected) {
        List<Integer> received = receive();
        if (!received.equals(expected)) {
            throw new CheckFailedException(
                    "the serial port has lost its data: expected=%s received=%s"
                            .formatted(hex(expected), hex(received)));
        }
    }

    private List<Integer> receive() {
        List<Integer> received = new ArrayList<>();
        while (received.size() < FIFO_SIZE && (read(LINE_STATUS) & DATA_READY) != 0) {
            received.add(read(DATA));
        }
        return Collections.unmodifiableList(received);
    }

    private static String hex(List<Integer> octets) {
        StringBuilder text = new StringBuilder();
        octets.forEach(octet -> text.append("%02x".formatted(octet)));
        return text.isEmpty() ? "nothing" : text.toString();
    }

    private int read(int register) {
        return device.step(
                "read of a register",
                () -> (int) device.backend().readRegister(DeviceInfo.BAR0_REGION, register, 1));
    }

    private void write(int register, int value) {
        device.step(
                "write of a register",
                () -> {
                    device.backend().writeRegister(DeviceInfo.BAR0_REGION, register, 1, value);
                    return value;
                });
    }
}
