package io.jvmm.guest.stress;

import io.jvmm.guest.GuestMemory;
import java.util.ArrayList;
import java.util.List;

/** The guest's serial ports in guest memory, seen from the host. */
final class UartTable {

    private final GuestMemory memory;

    UartTable(GuestMemory memory) {
        this.memory = memory;
    }

    /** The first vCPU uses them; its area is initialized already. */
    void initialize(int count) {
        for (int i = 0; i < count; i++) {
            int entry = StressLayout.uart(i);
            int port = StressLayout.UART_FIRST_PORT + i * StressLayout.UART_PORT_STEP;
            memory.setInt(entry + StressLayout.UART_PORT, port);
        }
        int first = StressLayout.area(0);
        memory.setInt(first + StressLayout.NEXT_UART, count == 0 ? 0 : StressLayout.FIRST_UART);
        memory.setInt(first + StressLayout.END_OF_UARTS, StressLayout.uart(count));
    }

    /** An entry that is used has a port. */
    List<UartReport> report() {
        List<UartReport> reports = new ArrayList<>();
        for (int i = 0; i < StressLayout.MAXIMUM_UARTS; i++) {
            int entry = StressLayout.uart(i);
            if (memory.getInt(entry + StressLayout.UART_PORT) != 0) {
                reports.add(
                        new UartReport(
                                memory.getLong(entry + StressLayout.UART_BYTES),
                                Integer.toUnsignedLong(
                                        memory.getInt(entry + StressLayout.UART_ERRORS))));
            }
        }
        return reports;
    }
}
