package io.jvmm.monitor;

import io.jvmm.monitor.transport.Chardev;

/**
 * A monitor as asked for on the command line.
 *
 * @param chardev where it is reached
 * @param mode which language it speaks
 */
public record MonitorSpec(Chardev chardev, Mode mode) {
    /** The language. */
    public enum Mode {
        /** The human monitor. */
        READLINE,
        /** QMP. */
        CONTROL
    }
}
