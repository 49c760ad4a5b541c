package io.jvmm.monitor;

import io.jvmm.migration.MigrationRefusedException;

/** Answers lines of the human monitor with text. Any thread. */
final class HumanMonitor {
    private final CommandExecutor executor;

    HumanMonitor(CommandExecutor executor) {
        this.executor = executor;
    }

    /** The answer to a line; blocks as long as the command does. */
    String answer(String line) {
        return answer(line, false);
    }

    /** The answer to a line, in a place where nobody can wait for a migration. */
    String answerDetached(String line) {
        return answer(line, true);
    }

    private String answer(String line, boolean detached) {
        if (line.isBlank()) {
            return "";
        }
        try {
            MonitorCommand command = HmpCommand.parse(line);
            if (detached && command instanceof MonitorCommand.Migrate(String uri, boolean _)) {
                command = new MonitorCommand.Migrate(uri, true);
            }
            return HmpText.of(executor.execute(command));
        } catch (HmpSyntaxException e) {
            return e.getMessage() + "\n";
        } catch (CommandRefusedException | MigrationRefusedException e) {
            return "Error: " + e.getMessage() + "\n";
        }
    }
}
