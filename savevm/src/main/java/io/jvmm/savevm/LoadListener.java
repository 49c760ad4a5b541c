package io.jvmm.savevm;

import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;

/**
 * Told what a stream contains while it is loaded. Called on the loading thread, between two records
 * unless said otherwise; an exception out of any method ends the loading.
 */
public interface LoadListener {
    /**
     * A command has arrived; answer at once.
     *
     * @param command what the source wants
     */
    void command(VmCommand command);

    /**
     * A section's payload comes next.
     *
     * @param name the section's name
     * @param instanceId which of several
     * @param type START, PART, END or FULL
     */
    void sectionLoading(String name, int instanceId, SectionType type);

    /**
     * A section's payload is loaded; its footer is still to come. The place to check a deadline.
     *
     * @param name the section's name
     * @param instanceId which of several
     * @param type START, PART, END or FULL
     */
    void sectionLoaded(String name, int instanceId, SectionType type);

    /** The end of the sections has been seen; the VM description is still to come. */
    void endOfStream();
}
