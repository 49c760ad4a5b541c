package io.jvmm.monitor;

import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.SwitchoverInfo;

/** What QMP clients are told without asking. */
public sealed interface MonitorEvent {
    /** The guest has stopped. */
    record Stopped() implements MonitorEvent {}

    /** The guest runs again. */
    record Resumed() implements MonitorEvent {}

    /**
     * The migration has changed its state. Sent to clients only while the capability {@code events}
     * is on; the monitor sees to that.
     *
     * @param status the new state
     */
    record Migration(MigrationStatus status) implements MonitorEvent {}

    /**
     * A pass over the RAM begins. Sent to clients only while the capability {@code events} is on.
     *
     * @param pass its number, from 1
     */
    record MigrationPass(long pass) implements MonitorEvent {}

    /**
     * An attempt to switch over is over. Sent to clients only while the capability {@code events}
     * is on.
     *
     * @param attempt what is known about it
     */
    record Switchover(SwitchoverInfo attempt) implements MonitorEvent {}

    /**
     * The process is about to end.
     *
     * @param reason why
     */
    record Shutdown(ShutdownReason reason) implements MonitorEvent {}
}
