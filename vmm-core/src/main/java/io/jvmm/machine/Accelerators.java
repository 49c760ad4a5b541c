package io.jvmm.machine;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.interp.InterpAccelerator;
import io.jvmm.guest.kvm.KvmAccelerator;
import java.lang.System.Logger.Level;
import java.util.List;

/** Chooses the first accelerator of a list that is usable here. */
public final class Accelerators {
    private static final System.Logger LOG = System.getLogger(Accelerators.class.getName());

    private Accelerators() {}

    /**
     * Opens one.
     *
     * @param wanted in order of preference
     * @param memory the guest's RAM
     * @return the first that is usable
     * @throws RuntimeException why the last of the list is not usable, if none is
     */
    public static Accelerator open(List<AcceleratorKind> wanted, GuestMemory memory) {
        for (AcceleratorKind kind : wanted.subList(0, wanted.size() - 1)) {
            try {
                return open(kind, memory);
            } catch (RuntimeException e) {
                LOG.log(
                        Level.WARNING,
                        "The accelerator is not usable, trying the next. accel={0} cause={1}",
                        kind.label(),
                        e.getMessage());
            }
        }
        return open(wanted.getLast(), memory);
    }

    private static Accelerator open(AcceleratorKind kind, GuestMemory memory) {
        return switch (kind) {
            case KVM -> new KvmAccelerator(memory.block());
            case INTERP -> new InterpAccelerator(memory.block());
        };
    }
}
