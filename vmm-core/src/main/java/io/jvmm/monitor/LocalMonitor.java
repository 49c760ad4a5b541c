package io.jvmm.monitor;

import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.monitor.json.Json;

/**
 * QMP for a client in the same process: the same commands and the same JSON, without a socket and
 * without events.
 *
 * <p>Any thread.
 */
public final class LocalMonitor {
    private final CommandExecutor executor;

    /**
     * A monitor that needs no negotiation.
     *
     * @param target what it commands
     */
    public LocalMonitor(MonitorTarget target) {
        executor = new CommandExecutor(target, ShutdownReason.HOST_QMP_QUIT);
    }

    /**
     * Carries out a command.
     *
     * @param command its name
     * @param arguments its arguments
     * @return what QMP would return
     * @throws CommandRefusedException if QMP would answer with an error; the message is its text
     */
    public Json execute(String command, Json.Obj arguments) {
        try {
            return QmpJson.of(executor.execute(QmpCommand.parse(command, arguments)));
        } catch (QmpException | MigrationRefusedException e) {
            throw new CommandRefusedException(String.valueOf(e.getMessage()));
        }
    }
}
