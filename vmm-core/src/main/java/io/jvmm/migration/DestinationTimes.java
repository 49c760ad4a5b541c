package io.jvmm.migration;

import io.jvmm.stream.wire.PhaseTime;
import java.util.List;

/**
 * What the destination said that its time went into.
 *
 * @param load up to READY; empty if that did not come
 * @param start from GO to STARTED; empty if that did not come
 */
record DestinationTimes(List<PhaseTime> load, List<PhaseTime> start) {
    /** From a peer that says nothing. */
    static final DestinationTimes NONE = new DestinationTimes(List.of(), List.of());
}
