package io.jvmm.migration.switchover;

import io.jvmm.stream.NanoClock;
import io.jvmm.stream.wire.PhaseTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes down the destination's phases from the moment that it knows of the stop: first the load,
 * then, once {@link #prepared}, the wait for the word and the start.
 *
 * <p>Incoming thread only. Taking down allocates nothing; asking for it does.
 */
public final class LoadRecorder implements PhaseListener {
    private final BudgetLedger ledger = new BudgetLedger();
    private final GcPauses pauses = new GcPauses();
    private final DeadlineWatch watch;
    private final NanoClock clock;
    private boolean begun;
    private boolean loading = true;
    private long origin;
    private int loadLines;

    /**
     * Creates a recorder that has not begun.
     *
     * @param watch told of each phase of the load
     * @param clock the watch's clock
     */
    public LoadRecorder(DeadlineWatch watch, NanoClock clock) {
        this.watch = watch;
        this.clock = clock;
    }

    /** The source's guest is stopped. Forgets an attempt before. */
    public void begin() {
        origin = clock.nanoTime();
        ledger.begin(origin);
        pauses.begin();
        begun = true;
        loading = true;
    }

    /**
     * Whether {@link #begin} was called, and {@link #forget} was not since.
     *
     * @return true if phases are taken down
     */
    public boolean isBegun() {
        return begun;
    }

    /** The attempt is over; the next {@link #begin} is another's. */
    public void forget() {
        begun = false;
        loading = true;
    }

    /**
     * When {@link #begin} was called.
     *
     * @return nanoseconds of the clock
     */
    public long originNanos() {
        return origin;
    }

    @Override
    public void enter(SwitchoverPhase phase, String device) {
        if (begun) {
            ledger.enter(phase, device, clock.nanoTime());
        }
        if (loading) {
            watch.enter(phase, device);
        }
    }

    /**
     * Everything is loaded: ends the last phase of the load.
     *
     * @return from {@link #begin} to here, in nanoseconds; 0 if it never began
     */
    public long prepared() {
        if (!begun) {
            return 0;
        }
        long now = clock.nanoTime();
        ledger.leave(now);
        loadLines = ledger.count();
        loading = false;
        ledger.enter(SwitchoverPhase.PREPARED, "", now);
        return now - origin;
    }

    /** Ends the last phase. */
    public void end() {
        ledger.leave(clock.nanoTime());
    }

    /**
     * What the load went into, for the source.
     *
     * @return fits into a message; waits for the source are left out
     */
    public List<PhaseTime> load() {
        return times(0, loadLines);
    }

    /**
     * What the start went into, and the pauses for collections since {@link #begin}, for the
     * source.
     *
     * @return fits into a message
     */
    public List<PhaseTime> start() {
        if (!begun) {
            return List.of();
        }
        List<PhaseTime> times = new ArrayList<>(times(loadLines, ledger.count()));
        for (LedgerLine pause : pauses.lines(LedgerSide.DESTINATION)) {
            times.add(new PhaseTime(nameOf(pause), 0, pause.spentNanos()));
        }
        return PhaseTime.fit(times);
    }

    /**
     * What has been taken down, for this side's own users.
     *
     * @return the phases in order, each beginning where the one before ends, and the collections
     */
    public List<LedgerLine> lines() {
        if (!begun) {
            return List.of();
        }
        List<LedgerLine> lines =
                new ArrayList<>(ledger.lines(LedgerSide.DESTINATION, clock.nanoTime()));
        lines.addAll(pauses.lines(LedgerSide.DESTINATION));
        return List.copyOf(lines);
    }

    private List<PhaseTime> times(int from, int to) {
        if (!begun) {
            return List.of();
        }
        List<PhaseTime> times = new ArrayList<>();
        for (LedgerLine line :
                ledger.lines(LedgerSide.DESTINATION, clock.nanoTime()).subList(from, to)) {
            if (!isWait(line.phase())) {
                times.add(new PhaseTime(nameOf(line), line.startNanos(), line.spentNanos()));
            }
        }
        return PhaseTime.fit(times);
    }

    private static boolean isWait(SwitchoverPhase phase) {
        return phase == SwitchoverPhase.SOURCE_SILENT || phase == SwitchoverPhase.PREPARED;
    }

    private static String nameOf(LedgerLine line) {
        String label = line.phase().label();
        return line.device().isEmpty() ? label : label + " " + line.device();
    }
}
