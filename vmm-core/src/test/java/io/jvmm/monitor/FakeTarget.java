package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverInfo;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationParameters;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.admission.DecisionRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A target without a machine: remembers what it was told. */
final class FakeTarget implements MonitorTarget {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Consumer<MonitorEvent>> listeners = new CopyOnWriteArrayList<>();
    final CountDownLatch migrationEnd = new CountDownLatch(1);
    volatile RunState state = RunState.RUNNING;
    volatile MigrationInfo info = MigrationInfo.NONE;
    volatile HandoverInfo handover = HandoverInfo.NONE;
    volatile List<DecisionRecord> decisions = List.of();
    volatile MigrationCapabilities capabilities = MigrationCapabilities.none();
    volatile MigrationParameters parameters = MigrationParameters.defaults();

    void emit(MonitorEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String uuid() {
        return "00000000-0000-0000-0000-000000000000";
    }

    @Override
    public RunState runState() {
        return state;
    }

    @Override
    public void stop() {
        if (state == RunState.RUNNING) {
            state = RunState.PAUSED;
            emit(new MonitorEvent.Stopped());
        }
    }

    @Override
    public void cont() {
        if (state == RunState.HANDOVER_UNKNOWN) {
            throw new CommandRefusedException("The guest may run at the destination");
        }
        state = RunState.RUNNING;
        emit(new MonitorEvent.Resumed());
    }

    @Override
    public void quit(ShutdownReason reason) {
        emit(new MonitorEvent.Shutdown(reason));
        calls.add("quit " + reason);
    }

    @Override
    public MigrationCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void setCapabilities(Map<Capability, Boolean> changes) {
        capabilities = capabilities.with(changes);
    }

    @Override
    public MigrationParameters parameters() {
        return parameters;
    }

    @Override
    public void setParameters(Map<MigrationParameter, ParameterValue> changes) {
        parameters = parameters.with(changes);
    }

    @Override
    public MigrationInfo queryMigrate() {
        return info;
    }

    @Override
    public List<SwitchoverInfo> querySwitchover() {
        return List.of(MigrationSamples.expired());
    }

    @Override
    public List<DecisionRecord> switchoverDecisions() {
        return decisions;
    }

    @Override
    public void migrate(String uri) {
        calls.add("migrate " + uri);
        info = MigrationInfo.of(MigrationStatus.SETUP);
    }

    @Override
    public void awaitMigrationEnd() throws InterruptedException {
        migrationEnd.await();
    }

    @Override
    public void migrateCancel() {
        calls.add("cancel");
    }

    @Override
    public HandoverInfo handoverQuery() {
        return handover;
    }

    @Override
    public void handoverResolve(HandoverResolution resolution, boolean peerIsDead) {
        calls.add("resolve " + resolution.label() + " " + peerIsDead);
    }

    @Override
    public void migrateIncoming(String uri, boolean exitOnError) {
        calls.add("incoming " + uri + " " + exitOnError);
    }

    @Override
    public StressReport queryStress() {
        return new StressReport(
                42,
                16,
                0,
                new StressReport.Uarts(2, 4000, 1),
                List.of(new StressReport.Pause(1000, 2_500_000)));
    }

    @Override
    public Registration addEventListener(Consumer<MonitorEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
