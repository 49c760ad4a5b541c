package io.jvmm.savevm.ram;

/**
 * Knows which pages were written. Between {@link #start} and {@link #stop} no write may be missed,
 * whoever makes it: vCPUs, devices, the monitor. All methods are called by the migration thread,
 * and allocate nothing after the first {@link #sync}.
 */
public interface DirtyLog {
    /** Starts logging; from the return on every write is seen by a later sync. */
    void start();

    /**
     * Marks the pages that were written since the last sync of this block, and watches them again.
     * A page written while this runs is marked now or by the next sync, never by none; a page may
     * be marked though nothing in it changed.
     *
     * @param block the block
     * @param into bits are set here, never cleared
     */
    void sync(RamBlock block, DirtyBitmap into);

    /** Stops logging. Nothing happens if it is not on. */
    void stop();
}
