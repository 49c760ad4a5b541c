package io.jvmm.vfio.check;

import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import java.util.Optional;

/**
 * Checks a device's migration. Its devices are reset many times, and are in RUNNING at the end.
 *
 * <p>Whoever calls this waits for the end of the run, or for the first call to a device that takes
 * longer than the limit: that ends the run as a failure which names the call. The device may then
 * be closed, but must not be used: the call may still be under way.
 */
public final class VfioCheck {
    private static final String RUN = "the run";

    private final VfioBackend device;
    private final Optional<VfioBackend> second;
    private final CheckOptions options;
    private final CheckLog log = new CheckLog();
    private final StepWatch watch;

    private VfioCheck(VfioBackend device, Optional<VfioBackend> second, CheckOptions options) {
        this.device = device;
        this.second = second;
        this.options = options;
        watch = new StepWatch(options.stepLimit());
        second.ifPresent(VfioCheck::migration);
    }

    private static VfioMigration migration(VfioBackend device) {
        return device.migration()
                .orElseThrow(() ->
                        new VfioException("The device cannot migrate: device=" + device.name()));
    }

    /**
     * Runs all checks; the device's state is moved back into itself.
     *
     * @param device the device
     * @param options how it is checked
     * @return what was found out
     * @throws VfioException if the device cannot migrate
     */
    public static CheckReport run(VfioBackend device, CheckOptions options) {
        return new VfioCheck(device, Optional.empty(), options).run();
    }

    /**
     * Runs all checks; the device's state is moved to a second one.
     *
     * @param device the device
     * @param second of the same kind
     * @param options how they are checked
     * @return what was found out
     * @throws VfioException if a device cannot migrate
     */
    public static CheckReport run(VfioBackend device, VfioBackend second, CheckOptions options) {
        return new VfioCheck(device, Optional.of(second), options).run();
    }

    private CheckReport run() {
        MigrationSupport support = migration(device).support();
        watch.watch(this::checkAll)
                .ifPresent(step ->
                        fail(
                                "%s has not come back within %d ms"
                                        .formatted(step, options.stepLimit().toMillis())));
        return new CheckReport(
                device.name(),
                second.map(VfioBackend::name),
                support,
                log.transitions(),
                log.checks());
    }

    private void fail(String detail) {
        log.add(RUN, Outcome.FAILED, detail, Timing.NONE);
    }

    private void checkAll() {
        try (Reference reference = new Reference()) {
            Subject source = subject(device);
            Subject other = second.map(this::subject).orElse(source);
            StateTransfer large = new StateTransfer(StateTransfer.LARGE, options.stateLimit());
            check(new Bench(source, other, reference, options, log, large));
            source.fresh();
            other.fresh();
        } catch (DeviceLostException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private Subject subject(VfioBackend backend) {
        return watch.step(
                "first look at " + backend.name(),
                () -> new Subject(backend, migration(backend), watch));
    }

    private static void check(Bench bench) {
        new SaveChecks(bench).run();
        new ResetChecks(bench).run();
        new TransitionMatrix(bench).run();
        new CancelChecks(bench).run();
        new RoundTripChecks(bench).run();
        new PrecopyChecks(bench).run();
        new BadDataChecks(bench).run();
        new DmaLoggingChecks(bench).run();
    }
}
