package io.jvmm.machine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The accelerators that this host has; says so when one is missing. */
final class UsableAccelerators {
    private static final System.Logger LOG = System.getLogger(UsableAccelerators.class.getName());

    private UsableAccelerators() {}

    static Stream<AcceleratorKind> all() {
        if (Files.isWritable(Path.of("/dev/kvm"))) {
            return Stream.of(AcceleratorKind.INTERP, AcceleratorKind.KVM);
        }
        LOG.log(System.Logger.Level.WARNING, "skipped on kvm: /dev/kvm is missing");
        return Stream.of(AcceleratorKind.INTERP);
    }
}
