package io.jvmm.migration;

import java.util.EnumSet;
import java.util.Map;

/**
 * The capabilities that are on. Immutable; any thread may read it.
 *
 * <p>Only sets that obey the rules exist: everything in it is supported by this build, and {@code
 * switchover-abort} and {@code x-verify-ram} come with {@code return-path}.
 */
public final class MigrationCapabilities {
    private static final MigrationCapabilities NONE =
            new MigrationCapabilities(EnumSet.noneOf(Capability.class));

    private final EnumSet<Capability> on;

    private MigrationCapabilities(EnumSet<Capability> on) {
        this.on = on;
    }

    /**
     * What a new VM starts with.
     *
     * @return the set in which all capabilities are off
     */
    public static MigrationCapabilities none() {
        return NONE;
    }

    /**
     * Whether a capability is on.
     *
     * @param capability which one
     * @return true if it is on
     */
    public boolean isOn(Capability capability) {
        return on.contains(capability);
    }

    /**
     * The set after a change. The rules are checked on the result, so that capabilities that need
     * each other can be set in one request, in any order.
     *
     * @param changes the capabilities to switch
     * @return the changed set
     * @throws MigrationRefusedException if the result breaks a rule; the text names it
     */
    public MigrationCapabilities with(Map<Capability, Boolean> changes) {
        EnumSet<Capability> result = EnumSet.copyOf(on);
        changes.forEach((capability, state) -> {
            if (state) {
                checkSupported(capability);
                result.add(capability);
            } else {
                result.remove(capability);
            }
        });
        checkRequires(result, Capability.SWITCHOVER_ABORT);
        checkRequires(result, Capability.X_VERIFY_RAM);
        return new MigrationCapabilities(result);
    }

    private static void checkSupported(Capability capability) {
        if (!capability.isSupported()) {
            throw new MigrationRefusedException(
                    "Capability '" + capability.label() + "' is not supported by this build");
        }
    }

    private static void checkRequires(EnumSet<Capability> set, Capability capability) {
        if (set.contains(capability) && !set.contains(Capability.RETURN_PATH)) {
            throw new MigrationRefusedException(
                    "Capability '"
                            + capability.label()
                            + "' requires capability '"
                            + Capability.RETURN_PATH.label()
                            + "'");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MigrationCapabilities that && on.equals(that.on);
    }

    @Override
    public int hashCode() {
        return on.hashCode();
    }

    @Override
    public String toString() {
        return on.toString();
    }
}
