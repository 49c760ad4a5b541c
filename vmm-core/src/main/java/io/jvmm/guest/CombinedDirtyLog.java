package io.jvmm.guest;

import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;

/** Several logs as one: a page is dirty if any of them says so. */
public final class CombinedDirtyLog implements DirtyLog {

    private final DirtyLog[] logs;

    /**
     * Combines logs.
     *
     * @param logs started, synced and stopped in this order
     */
    public CombinedDirtyLog(DirtyLog... logs) {
        this.logs = logs.clone();
    }

    @Override
    public void start() {
        for (DirtyLog log : logs) {
            log.start();
        }
    }

    @Override
    public void sync(RamBlock block, DirtyBitmap into) {
        for (DirtyLog log : logs) {
            log.sync(block, into);
        }
    }

    @Override
    public void stop() {
        for (DirtyLog log : logs) {
            log.stop();
        }
    }
}
