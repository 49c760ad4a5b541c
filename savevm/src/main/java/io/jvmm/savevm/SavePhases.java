package io.jvmm.savevm;

/**
 * Told which section is being written while the guest is stopped. Called on the migration thread;
 * must not allocate. An exception out of either method ends the saving.
 */
public interface SavePhases {
    /**
     * A section begins.
     *
     * @param section its name
     */
    void enter(String section);

    /** The section that was entered last is written. */
    void leave();
}
