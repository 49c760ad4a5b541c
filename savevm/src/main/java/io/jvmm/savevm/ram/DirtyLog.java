package io.jvmm.savevm.ram;

/** Knows which pages somebody has written. */
public interface DirtyLog {

    /** Begins to log; pages written before are not reported. */
    void start();

    /**
     * Adds the pages written since the last sync, and re-arms. A page may be reported though
     * nothing in it changed; a written page is never missed.
     *
     * @param block the block asked about
     * @param into one bit per page of the block
     */
    void sync(RamBlock block, DirtyBitmap into);

    /** Ends logging. */
    void stop();
}
