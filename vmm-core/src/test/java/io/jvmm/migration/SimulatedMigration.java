package io.jvmm.migration;

import io.jvmm.migration.admission.SwitchoverAdmission;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A migration in virtual time: the real gate, estimators and confirmations; a simulated line, guest
 * and destination. An attempt that overruns is rolled back and followed by another.
 */
final class SimulatedMigration implements SourceProgress {
    private static final long MILLI = 1_000_000;
    private static final long SLICE_NANOS = 50 * MILLI;
    private static final long CHUNK = 256 << 10;
    private static final long RAM_BYTES = 256 << 20;

    /**
     * What is moved, and how.
     *
     * @param link the line
     * @param dirtyBytesPerSecond how fast the guest dirties clean pages
     * @param workingSet how much it dirties at most between two looks
     * @param deviceMillis what saving one device takes
     * @param roundTripMillis there and back
     * @param bufferBytes how many bytes the connection takes before they are through
     */
    record Scene(
            SimulatedLink link,
            long dirtyBytesPerSecond,
            long workingSet,
            long deviceMillis,
            long roundTripMillis,
            long bufferBytes) {}

    /** Bytes on their way. */
    private record Piece(long at, long bytes) {}

    /** A PONG on its way. */
    private record Pong(int cookie, long at) {}

    /**
     * What became of it.
     *
     * @param stops how often the guest was stopped
     * @param vain how many of them were aborted
     * @param completed whether the guest is the destination's
     * @param refusal why it was ended early; empty if it was not
     */
    record Result(int stops, int vain, boolean completed, String refusal) {}

    private final Scene scene;
    private final Random random;
    private final Bandwidth bandwidth;
    private final RoundConfirmations rounds;
    private final WireShare wire;
    private final MigrationParameters parameters;
    private final SwitchoverGate gate;
    private final Deque<Pong> pongs = new ArrayDeque<>();
    private final Deque<Piece> queue = new ArrayDeque<>();
    private long queued;
    private long now;
    private long position;
    private long pending = RAM_BYTES;
    private long lastSync;

    SimulatedMigration(
            SwitchoverAdmission admission,
            MigrationCapabilities capabilities,
            MigrationParameters parameters,
            Scene scene,
            long seed) {
        this.scene = scene;
        this.random = new Random(seed);
        this.parameters = parameters;
        this.bandwidth = new Bandwidth(0);
        this.rounds = new RoundConfirmations(bandwidth, 0, 0);
        NanoClock clock = () -> now;
        this.wire = new WireShare(new TimedSink(_ -> {}, clock));
        this.gate =
                new SwitchoverGate(
                        admission, this, new SwitchoverDevices(List.of()), capabilities, clock);
    }

    static MigrationParameters parameters(long limitMillis, long moreMillis, String policy) {
        return MigrationParameters.defaults()
                .with(
                        Map.of(
                                MigrationParameter.DOWNTIME_LIMIT,
                                new ParameterValue.Unsigned(limitMillis),
                                MigrationParameter.SWITCHOVER_LIMIT,
                                new ParameterValue.Unsigned(moreMillis),
                                MigrationParameter.SWITCHOVER_POLICY,
                                new ParameterValue.Text(policy)));
    }

    /** Goes on until the guest is moved, the migration is refused, or so much time is over. */
    Result run(long seconds) {
        return run(seconds, Integer.MAX_VALUE);
    }

    Result run(long seconds, int attempts) {
        int stops = 0;
        int vain = 0;
        try {
            while (now < seconds * 1000 * MILLI && vain < attempts) {
                hear();
                rounds.take();
                rounds.begin(now);
                Admitted admitted = gate.decide(parameters);
                if (admitted == null) {
                    round();
                    continue;
                }
                stops++;
                if (attempt(admitted.budget())) {
                    return new Result(stops, vain, true, "");
                }
                vain++;
            }
            return new Result(stops, vain, false, "");
        } catch (MigrationException e) {
            return new Result(stops, vain, false, String.valueOf(e.getMessage()));
        }
    }

    private void hear() {
        while (!pongs.isEmpty() && pongs.getFirst().at() <= now) {
            Pong pong = pongs.removeFirst();
            rounds.heard(pong.cookie(), pong.at());
        }
    }

    private void round() {
        long before = position;
        long end = now + SLICE_NANOS;
        while (pending > 0 && now < end) {
            long bytes = Math.min(pending, CHUNK);
            pending -= bytes;
            write(bytes);
        }
        boolean drained = pending == 0;
        if (drained) {
            sync();
        }
        bandwidth.update(now, position - before, drained);
        if (rounds.isPingDue(position, now)) {
            int cookie = rounds.nextCookie();
            rounds.pinged(position, now);
            long arrived = scene.link().carry(now, 11);
            pongs.add(new Pong(cookie, arrived + scene.roundTripMillis() * MILLI));
        }
        if (drained && position - before < 64 << 10) {
            now += MILLI;
        }
    }

    /** The connection takes bytes as long as few are on their way. */
    private void write(long bytes) {
        position += bytes;
        queue.add(new Piece(scene.link().carry(now, bytes), bytes));
        queued += bytes;
        now += bytes / 10;
        while (!queue.isEmpty() && (queued > scene.bufferBytes() || queue.getFirst().at() <= now)) {
            Piece first = queue.removeFirst();
            queued -= first.bytes();
            now = Math.max(now, first.at());
        }
    }

    private void sync() {
        double dirtied = scene.dirtyBytesPerSecond() * ((now - lastSync) / 1e9);
        pending = Math.min(scene.workingSet(), pending + (long) dirtied);
        lastSync = now;
    }

    /** Stop, sync, flush, one device, load at the destination; the guest dirties nothing. */
    private boolean attempt(SwitchoverBudget budget) {
        wire.begin();
        long start = now;
        List<LedgerLine> lines = new ArrayList<>();
        spend(lines, SwitchoverPhase.STOP_VCPUS, "", MILLI / 2 + random.nextInt(200_000));
        sync();
        spend(lines, SwitchoverPhase.DIRTY_SYNC, "", MILLI / 4);
        long flush = now;
        long bytes = pending;
        position += bytes;
        pending = 0;
        long through = scene.link().carry(now, bytes);
        spend(lines, SwitchoverPhase.RAM_FLUSH, "ram", (through - flush) / 2);
        spend(lines, SwitchoverPhase.DEVICE_SAVE, "disk", scene.deviceMillis() * MILLI);
        long ready =
                Math.max(through, now)
                        + scene.roundTripMillis() * MILLI
                        + 2 * MILLI
                        + random.nextInt(1_000_000);
        spend(lines, SwitchoverPhase.DESTINATION_LOAD, "", ready - now);
        long deadline = budget.deadline(start);
        boolean inTime = !budget.enforced() || now < deadline;
        if (inTime) {
            spend(lines, SwitchoverPhase.HANDOVER, "", scene.roundTripMillis() * MILLI + MILLI);
        } else {
            lines = until(lines, deadline - start);
            now = Math.max(start, deadline);
            pending = bytes;
        }
        gate.attemptEnded(inTime ? State.COMPLETED : State.ROLLING_BACK, lines);
        return inTime;
    }

    private void spend(List<LedgerLine> lines, SwitchoverPhase phase, String device, long nanos) {
        long begin = lines.isEmpty() ? 0 : end(lines.getLast());
        lines.add(line(phase, device, begin, nanos));
        now += nanos;
    }

    /** The lines of an attempt that was decided in the middle of one. */
    private static List<LedgerLine> until(List<LedgerLine> lines, long nanos) {
        List<LedgerLine> cut = new ArrayList<>();
        for (LedgerLine line : lines) {
            if (line.startNanos() < nanos) {
                long spent = Math.min(line.spentNanos(), nanos - line.startNanos());
                cut.add(line(line.phase(), line.device(), line.startNanos(), spent));
            }
        }
        return cut;
    }

    private static long end(LedgerLine line) {
        return line.startNanos() + line.spentNanos();
    }

    private static LedgerLine line(SwitchoverPhase phase, String device, long start, long nanos) {
        return new LedgerLine(LedgerSide.SOURCE, phase, device, LedgerSum.TOTAL, start, 0, nanos);
    }

    @Override
    public String peer() {
        return "tcp:192.0.2.1";
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long pendingEstimate() {
        return pending;
    }

    @Override
    public long pendingExact() {
        sync();
        return pending;
    }

    @Override
    public Bandwidth bandwidth() {
        return bandwidth;
    }

    @Override
    public @Nullable RoundConfirmations confirmations() {
        return rounds;
    }

    @Override
    public WireShare wire() {
        return wire;
    }
}
