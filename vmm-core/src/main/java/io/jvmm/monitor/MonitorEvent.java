package io.jvmm.monitor;

import io.jvmm.migration.MigrationStatus;

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
     * The process is about to end.
     *
     * @param reason why
     */
    record Shutdown(ShutdownReason reason) implements MonitorEvent {}
}
