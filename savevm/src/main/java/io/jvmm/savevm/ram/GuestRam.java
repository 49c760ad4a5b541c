package io.jvmm.savevm.ram;

import java.util.List;

/** The guest's memory, as far as it migrates. */
public interface GuestRam {
    /**
     * The blocks, in the order in which they are announced.
     *
     * @return the same blocks for the whole life of the guest
     */
    List<RamBlock> blocks();
}
