package io.jvmm.device.vfio;

import io.jvmm.device.pci.PciConfig;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.PollSet;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.VfioBackend;
import java.util.List;

/**
 * The interrupt pin of a device, on a board without an interrupt controller: it shows in the status
 * register, where a guest that polls can see it.
 *
 * <p>The device masks its interrupt when it signals. The guest's next access to one of its BARs
 * counts as the service: the pin goes down, and if the device still wants something it signals
 * again.
 */
final class IntxLine implements AutoCloseable {
    private static final int SIGNALLED = 0;
    private static final int CLOSING = 1;

    private final VfioBackend device;
    private final PciConfig config;
    private final boolean autoMasked;
    private final EventFd signal = new EventFd();
    private final EventFd closing = new EventFd();
    private final Thread thread;

    IntxLine(String name, VfioBackend device, PciConfig config) {
        this.device = device;
        this.config = config;
        this.autoMasked = device.irq(IrqInfo.INTX).autoMasked();
        this.thread = Thread.ofPlatform().name("intx-" + name).daemon().unstarted(this::run);
        try {
            device.connectIrqs(IrqInfo.INTX, List.of(signal));
        } catch (RuntimeException e) {
            closeEvents();
            throw e;
        }
        thread.start();
    }

    private void run() {
        PollSet events =
                new PollSet(
                        PollSet.Interest.reading(signal.fd()),
                        PollSet.Interest.reading(closing.fd()));
        while (true) {
            events.poll(-1);
            if (events.readable(CLOSING)) {
                return;
            }
            if (events.readable(SIGNALLED) && signal.drain()) {
                config.raiseInterrupt();
            }
        }
    }

    /** The guest has used the device. */
    void serviced() {
        if (config.lowerInterrupt() && autoMasked) {
            device.unmaskIrq(IrqInfo.INTX);
        }
    }

    /** Ends the thread. The device is closed next, and forgets the descriptor. */
    @Override
    public void close() {
        closing.signal();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        closeEvents();
    }

    private void closeEvents() {
        signal.close();
        closing.close();
    }
}
