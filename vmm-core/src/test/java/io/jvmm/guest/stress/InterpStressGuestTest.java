package io.jvmm.guest.stress;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.interp.InterpAccelerator;
import io.jvmm.savevm.ram.RamBlock;

class InterpStressGuestTest extends StressGuestContract {

    @Override
    Accelerator accelerator(RamBlock ram) {
        return new InterpAccelerator(ram);
    }
}
