package io.jvmm.guest;

import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The VMM's own writes to one RAM block: loaders, device DMA. No accelerator sees these, so they
 * are OR-ed to what it reports (see {@link CombinedDirtyLog}).
 *
 * <p>Any thread may mark, and sync runs beside it. A writer marks <b>after</b> its write.
 */
public final class HostDirtyLog implements DirtyLog {

    private final RamBlock block;
    private final AtomicLongArray words;
    private volatile boolean logging;

    /**
     * A log that is off.
     *
     * @param block the block whose pages are logged
     */
    public HostDirtyLog(RamBlock block) {
        this.block = block;
        this.words =
                new AtomicLongArray(Math.toIntExact((block.pages() + Long.SIZE - 1) / Long.SIZE));
    }

    /**
     * The VMM has written these bytes.
     *
     * @param offset of the first byte within the block
     * @param length bytes written; 0 marks nothing
     */
    public void markWritten(long offset, long length) {
        if (!logging || length == 0) {
            return;
        }
        long last = (offset + length - 1) / RamBlock.PAGE_SIZE;
        for (long page = offset / RamBlock.PAGE_SIZE; page <= last; page++) {
            setBit(page);
        }
    }

    private void setBit(long page) {
        int word = (int) (page / Long.SIZE);
        long seen = words.get(word);
        while (!words.compareAndSet(word, seen, seen | 1L << page)) {
            seen = words.get(word);
        }
    }

    @Override
    public void start() {
        for (int i = 0; i < words.length(); i++) {
            words.set(i, 0);
        }
        logging = true;
    }

    @Override
    public void sync(RamBlock asked, DirtyBitmap into) {
        if (asked != block) {
            return;
        }
        for (int i = 0; i < words.length(); i++) {
            long bits = words.getAndSet(i, 0);
            if (bits != 0) {
                into.orWord(i, bits);
            }
        }
    }

    @Override
    public void stop() {
        logging = false;
    }
}
