package io.jvmm.savevm.ram;

import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.RamFlag;
import org.jspecify.annotations.Nullable;

/** The sending side of one migration. */
final class RamSaver {
    private static final long SLICE_NANOS = 50_000_000;

    /** The clock is read once for so many pages. */
    private static final int PAGES_PER_CLOCK = 64;

    private final DirtyLog log;
    private final RateLimit limit;
    private final NanoClock clock;
    private final RamCounters counters;
    private final DirtyRam dirty;
    private final DirtyRate rate;
    private @Nullable RamBlock lastBlock;
    private volatile boolean abandoned;
    private long normalPages;
    private long zeroPages;

    RamSaver(GuestRam ram, DirtyLog log, RateLimit limit, NanoClock clock, RamCounters counters) {
        this.log = log;
        this.limit = limit;
        this.clock = clock;
        this.counters = counters;
        this.dirty = new DirtyRam(ram.blocks());
        this.rate = new DirtyRate(clock);
    }

    void setup(GuestRam ram, StreamWriter out) {
        long start = out.position();
        counters.reset(totalBytes(ram));
        putBlocks(ram, out);
        // A write before this line is in the full pass, a write after it in the log.
        log.start();
        dirty.setAll();
        dirty.rewind();
        rate.start();
        counters.addPrecopyBytes(out.position() - start);
    }

    /** For another attempt: the other side names its blocks anew, and keeps their pages. */
    void restart(GuestRam ram, StreamWriter out) {
        long start = out.position();
        abandoned = false;
        lastBlock = null;
        putBlocks(ram, out);
        dirty.rewind();
        counters.addPrecopyBytes(out.position() - start);
    }

    /** Any thread. */
    void abandon() {
        abandoned = true;
    }

    private static long totalBytes(GuestRam ram) {
        long total = 0;
        for (RamBlock block : ram.blocks()) {
            total += block.length();
        }
        return total;
    }

    private static void putBlocks(GuestRam ram, StreamWriter out) {
        out.putU64(totalBytes(ram) | RamFlag.MEM_SIZE);
        for (RamBlock block : ram.blocks()) {
            out.putCountedString(block.name());
            out.putU64(block.length());
        }
        out.putU64(RamFlag.EOS);
    }

    long pendingBytes() {
        return dirty.dirtyPages() * RamBlock.PAGE_SIZE;
    }

    void sync() {
        rate.add(dirty.sync(log), counters);
        counters.countSync();
        counters.remaining(pendingBytes());
        dirty.rewind();
    }

    /** Sends for one slice; true if that finished the round, whose end is a sync. */
    boolean iterate(StreamWriter out) {
        long start = out.position();
        long sliceStart = clock.nanoTime();
        boolean roundDone = false;
        int pages = 0;
        while (!limit.exceeded(out.position()) && !isSliceOver(++pages, sliceStart)) {
            if (!dirty.next()) {
                roundDone = true;
                break;
            }
            putPage(out);
        }
        out.putU64(RamFlag.EOS);
        if (roundDone) {
            sync();
        }
        counters.addPrecopyBytes(out.position() - start);
        publish();
        return roundDone;
    }

    void complete(StreamWriter out) {
        long start = out.position();
        dirty.rewind();
        while (!abandoned && dirty.next()) {
            putPage(out);
        }
        out.putU64(RamFlag.EOS);
        counters.addDowntimeBytes(out.position() - start);
        publish();
    }

    void cleanup() {
        log.stop();
    }

    private boolean isSliceOver(int pages, long sliceStart) {
        return pages % PAGES_PER_CLOCK == 0 && clock.nanoTime() - sliceStart >= SLICE_NANOS;
    }

    private void putPage(StreamWriter out) {
        RamBlock block = dirty.block();
        long offset = dirty.pageOffset();
        if (ZeroPage.isZero(block.memory(), offset)) {
            putRecord(out, block, offset | RamFlag.ZERO);
            out.putU8(0);
            zeroPages++;
        } else {
            putRecord(out, block, offset | RamFlag.PAGE);
            out.putReference(block.memory(), offset, RamBlock.PAGE_SIZE);
            normalPages++;
        }
        dirty.markClean();
    }

    private void putRecord(StreamWriter out, RamBlock block, long word) {
        if (block == lastBlock) {
            out.putU64(word | RamFlag.CONTINUE);
        } else {
            out.putU64(word);
            out.putCountedString(block.name());
            lastBlock = block;
        }
    }

    private void publish() {
        counters.pages(normalPages, zeroPages);
        counters.remaining(pendingBytes());
    }
}
