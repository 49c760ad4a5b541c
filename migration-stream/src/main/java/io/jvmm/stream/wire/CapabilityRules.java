package io.jvmm.stream.wire;

import java.util.Set;

/**
 * How a destination judges the capability names in a configuration section.
 *
 * @param known all names that this program has
 * @param validated those that must be on at both sides or at neither; a part of {@code known}
 */
public record CapabilityRules(Set<String> known, Set<String> validated) {
    /** Copies both sets and checks that each validated name is known. */
    public CapabilityRules {
        known = Set.copyOf(known);
        validated = Set.copyOf(validated);
        if (!known.containsAll(validated)) {
            throw new IllegalArgumentException(
                    "A validated capability is not known: validated=" + validated);
        }
    }
}
