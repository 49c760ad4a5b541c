package io.jvmm.savevm.ram;

import io.jvmm.savevm.SaveVmHandlers;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Guest RAM as a section, {@code ram} version 4.
 *
 * <pre>
 *   START     u64 sum of lengths | MEM_SIZE, { u8 length, block name, u64 block length }*, EOS
 *   PART, END page*, EOS
 *   page      u64 offset in block | flags, [u8 length, block name], data
 *               ZERO: u8 0      PAGE: 4096 bytes
 *               the name only where the block is not that of the page before (else CONTINUE)
 *   EOS       u64 0x10
 * </pre>
 *
 * <p>A page may come many times, in any part; the last one wins. A round ends with a sync of the
 * dirty log, and the next round sends what that found.
 *
 * <p>One object serves all migrations of a guest, one at a time.
 */
public final class RamHandlers implements SaveVmHandlers {
    private static final int VERSION = 4;

    private final GuestRam ram;
    private final DirtyLog log;
    private final RateLimit limit;
    private final NanoClock clock;
    private final RamCounters counters = new RamCounters();
    private volatile @Nullable RamSaver saver;
    private @Nullable RamLoader loader;

    /**
     * Describes the RAM of a guest.
     *
     * @param ram the memory
     * @param log knows what is written to it
     * @param limit bounds the bytes per second while the guest runs; its positions are those of the
     *     stream
     * @param clock bounds the time of a slice
     */
    public RamHandlers(GuestRam ram, DirtyLog log, RateLimit limit, NanoClock clock) {
        this.ram = ram;
        this.log = log;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * What has been sent; of the last migration, if none is going on.
     *
     * @return always the same object
     */
    public RamCounters counters() {
        return counters;
    }

    @Override
    public String name() {
        return "ram";
    }

    @Override
    public int versionId() {
        return VERSION;
    }

    @Override
    public void saveSetup(StreamWriter out) {
        RamSaver started = new RamSaver(ram, log, limit, clock, counters);
        saver = started;
        started.setup(ram, out);
    }

    @Override
    public long pendingEstimate() {
        return saver().pendingBytes();
    }

    /** {@inheritDoc} Reads the dirty log, which begins a new round. */
    @Override
    public long pendingExact() {
        saver().sync();
        return saver().pendingBytes();
    }

    /**
     * {@inheritDoc} At the end of a round reads the dirty log, so that {@link #pendingEstimate} is
     * exact when this returns true.
     */
    @Override
    public boolean saveIterate(StreamWriter out) {
        return saver().iterate(out);
    }

    @Override
    public void finalSync() {
        saver().sync();
    }

    /**
     * {@inheritDoc} Sends what {@link #finalSync} and the syncs before it have found, and does not
     * look at the dirty log itself.
     */
    @Override
    public void saveComplete(StreamWriter out) {
        saver().complete(out);
    }

    @Override
    public void saveAbandoned() {
        RamSaver current = saver;
        if (current != null) {
            current.abandon();
        }
    }

    /** {@inheritDoc} What was sent stays sent, and the dirty log stays on. */
    @Override
    public void saveRestart(StreamWriter out) {
        saver().restart(ram, out);
    }

    @Override
    public void saveCleanup() {
        RamSaver current = saver;
        if (current != null) {
            current.cleanup();
            saver = null;
        }
    }

    @Override
    public void loadSetup() {
        loader = new RamLoader(ram);
    }

    @Override
    public void loadState(StreamReader in, int streamVersion) {
        if (loader == null) {
            throw new IllegalStateException("RAM is loaded without loadSetup");
        }
        loader.load(in);
    }

    @Override
    public void loadCleanup() {
        loader = null;
    }

    private RamSaver saver() {
        RamSaver current = saver;
        if (current == null) {
            throw new IllegalStateException("RAM is saved without saveSetup");
        }
        return current;
    }
}
