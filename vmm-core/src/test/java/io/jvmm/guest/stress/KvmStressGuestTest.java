package io.jvmm.guest.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.interp.InterpAccelerator;
import io.jvmm.guest.kvm.KvmAccelerator;
import io.jvmm.savevm.ram.RamBlock;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KvmStressGuestTest extends StressGuestContract {

    @Override
    Accelerator accelerator(RamBlock ram) {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "/dev/kvm cannot be opened");
        return new KvmAccelerator(ram);
    }

    @Test
    void shouldGoToAndFroBetweenAccelerators() {
        try (StressMachine kvm = new StressMachine(this::accelerator, System::nanoTime, 1);
                StressMachine interp =
                        new StressMachine(InterpAccelerator::new, System::nanoTime, 1)) {
            kvm.install(64, 0);
            for (int hop = 0; hop < 5; hop++) {
                runVerified(kvm);
                interp.loadFrom(kvm);
                runVerified(interp);
                kvm.loadFrom(interp);
            }
        }
    }

    private static void runVerified(StressMachine machine) {
        StressGuest guest = StressGuest.attach(machine.memory);
        machine.runUntilWritten(guest, guest.report().pagesWritten() + 200);
        assertThat(guest.verify().isCorrect()).isTrue();
        assertThat(guest.report().errors()).isZero();
    }
}
