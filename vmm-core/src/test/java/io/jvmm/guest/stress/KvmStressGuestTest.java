package io.jvmm.guest.stress;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.kvm.KvmAccelerator;
import io.jvmm.savevm.ram.RamBlock;
import java.nio.file.Files;
import java.nio.file.Path;

class KvmStressGuestTest extends StressGuestContract {

    @Override
    Accelerator accelerator(RamBlock ram) {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "/dev/kvm cannot be opened");
        return new KvmAccelerator(ram);
    }
}
