package io.jvmm.monitor;

import io.jvmm.migration.admission.DecisionRecord;
import java.util.List;
import java.util.Optional;

/** Carries commands out on the target. Any thread. */
final class CommandExecutor {
    private final MonitorTarget target;
    private final ShutdownReason quitReason;

    CommandExecutor(MonitorTarget target, ShutdownReason quitReason) {
        this.target = target;
        this.quitReason = quitReason;
    }

    /**
     * Carries out one command. Blocks until the migration has ended for {@code migrate} without
     * {@code detach}.
     *
     * @throws CommandRefusedException or MigrationRefusedException if it was not carried out
     */
    MonitorReply execute(MonitorCommand command) {
        return switch (command) {
            case MonitorCommand.Migrate migrate -> migrate(migrate);
            case MonitorCommand.MigrateCancel() -> done(target::migrateCancel);
            case MonitorCommand.MigrateIncoming(String uri, boolean exitOnError) ->
                    done(() -> target.migrateIncoming(uri, exitOnError));
            case MonitorCommand.HandoverResolve resolve ->
                    done(() -> target.handoverResolve(resolve.resolution(), resolve.peerIsDead()));
            case MonitorCommand.SetCapabilities set ->
                    done(() -> target.setCapabilities(set.changes()));
            case MonitorCommand.SetParameters set ->
                    done(() -> target.setParameters(set.changes()));
            case MonitorCommand.Stop() -> done(target::stop);
            case MonitorCommand.Cont() -> done(target::cont);
            case MonitorCommand.Quit() -> done(() -> target.quit(quitReason));
            case MonitorCommand.Query(MonitorCommand.Topic topic) -> query(topic);
            case MonitorCommand.Explain(String text) -> new MonitorReply.Text(text);
            case MonitorCommand.HumanLine(String line) ->
                    new MonitorReply.Text(new HumanMonitor(this).answerDetached(line));
            case MonitorCommand.ListCommands() -> new MonitorReply.Names(QmpCommand.names());
        };
    }

    private static MonitorReply done(Runnable action) {
        action.run();
        return new MonitorReply.Done();
    }

    private MonitorReply migrate(MonitorCommand.Migrate command) {
        target.migrate(command.uri());
        if (command.detach()) {
            return new MonitorReply.Done();
        }
        try {
            target.awaitMigrationEnd();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CommandRefusedException("The monitor ends before the migration does");
        }
        return new MonitorReply.MigrationEnded(target.queryMigrate());
    }

    private MonitorReply migration() {
        List<DecisionRecord> decisions = target.switchoverDecisions();
        return new MonitorReply.Migration(
                target.queryMigrate(),
                decisions.isEmpty() ? Optional.empty() : Optional.of(decisions.getLast()));
    }

    private MonitorReply query(MonitorCommand.Topic topic) {
        return switch (topic) {
            case MIGRATE -> migration();
            case HANDOVER -> new MonitorReply.Handover(target.handoverQuery());
            case CAPABILITIES -> new MonitorReply.Capabilities(target.capabilities());
            case PARAMETERS -> new MonitorReply.Parameters(target.parameters());
            case DECISIONS -> new MonitorReply.Decisions(target.switchoverDecisions());
            case STATUS -> new MonitorReply.Status(target.runState());
            case VERSION -> new MonitorReply.Version();
            case NAME -> new MonitorReply.Name(target.name());
            case UUID -> new MonitorReply.Uuid(target.uuid());
            case SWITCHOVER -> new MonitorReply.Switchovers(target.querySwitchover());
            case STRESS -> new MonitorReply.Stress(target.queryStress());
        };
    }
}
