package io.jvmm.migration.switchover;

import io.jvmm.savevm.SavePhases;
import io.jvmm.stream.NanoClock;
import java.util.List;

/**
 * Takes down each phase of a switchover twice, in the ledger and on the ring to the watch, and
 * stops the migration thread at a phase's edge once the attempt is decided.
 *
 * <p>Migration thread only; no allocation.
 */
public final class PhaseRecorder {
    private final BudgetLedger ledger = new BudgetLedger();
    private final DeadlineWatch watch;
    private final NanoClock clock;
    private final Runnable checkpoint;
    private volatile SwitchoverPhase phase = SwitchoverPhase.STOP_VCPUS;
    private volatile String device = "";
    private volatile long since;
    private volatile SwitchoverPhase decidedPhase = SwitchoverPhase.STOP_VCPUS;
    private volatile String decidedDevice = "";
    private final SavePhases iterables = new Within(SwitchoverPhase.RAM_FLUSH);
    private final SavePhases devices = new Within(SwitchoverPhase.DEVICE_SAVE);

    /**
     * Creates a recorder.
     *
     * @param watch told of each phase
     * @param clock the watch's clock
     * @param checkpoint throws once the attempt must not go on
     */
    public PhaseRecorder(DeadlineWatch watch, NanoClock clock, Runnable checkpoint) {
        this.watch = watch;
        this.clock = clock;
        this.checkpoint = checkpoint;
    }

    /**
     * Begins the downtime, in its first phase: whatever ends it, there is a phase to name.
     *
     * @return its first instant
     */
    public long begin() {
        long now = clock.nanoTime();
        ledger.begin(now);
        since = now;
        ledger.enter(SwitchoverPhase.STOP_VCPUS, "", now);
        return now;
    }

    /**
     * Ends the phase before and enters the next.
     *
     * @param phase the next
     */
    public void enter(SwitchoverPhase phase) {
        enter(phase, "");
    }

    /**
     * Ends the phase before and enters a device's.
     *
     * @param phase the next
     * @param device the device's name
     */
    public void enter(SwitchoverPhase phase, String device) {
        checkpoint.run();
        note(phase, device);
    }

    private void note(SwitchoverPhase phase, String device) {
        long now = clock.nanoTime();
        this.phase = phase;
        this.device = device;
        since = now;
        ledger.enter(phase, device, now);
        watch.enter(phase, device);
    }

    /**
     * Enters the rollback of a device, though the attempt is decided.
     *
     * @param device the device's name
     */
    public void rollBack(String device) {
        note(SwitchoverPhase.DEVICE_ROLLBACK, device);
    }

    /**
     * What the attempt is in now, and for how long. Any thread.
     *
     * @return such as {@code stop of device 0000:00:01.0 for 12.3 ms}
     */
    public String describeNow() {
        return "%s for %.1f ms".formatted(phase.describe(device), (clock.nanoTime() - since) / 1e6);
    }

    /** The attempt is decided now, in whatever it is in. Any thread; allocates nothing. */
    public void decided() {
        decidedDevice = device;
        decidedPhase = phase;
    }

    /**
     * What the attempt was in when it was decided.
     *
     * @return such as {@code stop of device 0000:00:01.0}
     */
    public String describeDecision() {
        return decidedPhase.describe(decidedDevice);
    }

    /**
     * For the iterable sections' END.
     *
     * @return takes down each as a {@link SwitchoverPhase#RAM_FLUSH}
     */
    public SavePhases iterables() {
        return iterables;
    }

    /**
     * For the devices.
     *
     * @return takes down each as a {@link SwitchoverPhase#DEVICE_SAVE}
     */
    public SavePhases devices() {
        return devices;
    }

    /** Ends the last phase. */
    public void end() {
        ledger.leave(clock.nanoTime());
    }

    /**
     * What has been taken down at the source.
     *
     * @param untilNanos what was spent later does not count
     * @return the phases in order, each beginning where the one before ends
     */
    public List<LedgerLine> lines(long untilNanos) {
        return ledger.lines(LedgerSide.SOURCE, untilNanos);
    }

    /** Takes down sections as one kind of phase. */
    private final class Within implements SavePhases {
        private final SwitchoverPhase phase;

        Within(SwitchoverPhase phase) {
            this.phase = phase;
        }

        @Override
        public void enter(String section) {
            PhaseRecorder.this.enter(phase, section);
        }

        @Override
        public void leave() {
            checkpoint.run();
        }
    }
}
