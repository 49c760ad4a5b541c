package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Fd;
import io.jvmm.linux.SyscallException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * INTx as VFIO signals it: each time the line is up and not masked, the eventfd is written and the
 * line masked, until the client unmasks it.
 *
 * <p>One thread. A descriptor that is no eventfd only fails.
 */
final class IrqLine {
    private static final Logger LOG = System.getLogger(IrqLine.class.getName());

    private final MemorySegment one = Arena.ofAuto().allocateFrom(JAVA_LONG, 1);
    private @Nullable Fd event;
    private boolean up;
    private boolean masked;

    /** Connects an eventfd, which this object owns from now on, in place of the one before. */
    void connect(Fd fd) {
        disconnect();
        fd.setNonBlocking(true); // whatever it is, it must not hold the device up
        event = fd;
        masked = false;
        update();
    }

    void disconnect() {
        if (event != null) {
            event.close();
            event = null;
        }
    }

    /** Puts the line up or down. */
    void level(boolean isUp) {
        up = isUp;
        update();
    }

    void mask() {
        masked = true;
    }

    void unmask() {
        masked = false;
        update();
    }

    /** Signals once, whatever the line. */
    void trigger() {
        if (event != null) {
            try {
                event.write(one);
            } catch (SyscallException e) {
                LOG.log(Level.WARNING, "An interrupt could not be signalled: " + e.getMessage());
                disconnect();
            }
        }
    }

    private void update() {
        if (up && !masked && event != null) {
            masked = true;
            trigger();
        }
    }
}
