package io.jvmm.savevm.ram;

import java.util.List;

/** The guest's RAM: what there is to migrate. */
public interface GuestRam {

    /**
     * The blocks in the order of the stream.
     *
     * @return the same list at every call
     */
    List<RamBlock> blocks();
}
