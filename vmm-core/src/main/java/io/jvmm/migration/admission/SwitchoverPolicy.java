package io.jvmm.migration.admission;

import java.util.List;

/**
 * Decides whether the guest may be stopped now. A pure function: the same forecast always gets the
 * same decision, so that a log can be decided again.
 */
public interface SwitchoverPolicy {
    /** Predicts the whole switchover from what earlier ones cost. */
    SwitchoverPolicy LEARNED = new LearnedPolicy();

    /** QEMU's bare rule. */
    SwitchoverPolicy DOWNTIME_LIMIT = new DowntimeLimitPolicy();

    /**
     * What users call it.
     *
     * @return such as {@code learned}
     */
    String name();

    /**
     * Decides.
     *
     * @param forecast all that is known
     * @return what to do and why
     */
    Decision decide(SwitchoverForecast forecast);

    /**
     * The policy that a user asks for.
     *
     * @param name its name; empty for the default
     * @param enforced whether an overrun aborts: then the default is {@link #LEARNED}
     * @return the policy
     * @throws IllegalArgumentException if there is none of that name
     */
    static SwitchoverPolicy named(String name, boolean enforced) {
        if (name.isEmpty()) {
            return enforced ? LEARNED : DOWNTIME_LIMIT;
        }
        for (SwitchoverPolicy policy : List.of(LEARNED, DOWNTIME_LIMIT)) {
            if (policy.name().equals(name)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("Unknown switchover policy: name=" + name);
    }
}
