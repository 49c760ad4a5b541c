package io.jvmm.machine;

import io.jvmm.device.PauseClock;
import io.jvmm.guest.BootSector;
import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.stress.StressGuest;
import io.jvmm.guest.stress.StressParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Puts the guest into a machine that was just built, and its vCPUs to the guest's start. */
final class GuestLoader {
    private static final int PAGE_SIZE = 4096;

    private GuestLoader() {}

    /**
     * Loads.
     *
     * @throws UncheckedIOException if a disk image cannot be read
     */
    static void load(GuestPayload payload, GuestMemory memory, GuestCpus cpus) {
        switch (payload) {
            case GuestPayload.Empty _ -> {}
            case GuestPayload.BootDisk(Path image) -> boot(image, memory, cpus);
            case GuestPayload.Stress stress -> stress(stress, memory, cpus);
        }
        cpus.loadStates();
    }

    /** All but the boot processor stay halted: nothing wakes them. */
    private static void boot(Path image, GuestMemory memory, GuestCpus cpus) {
        requireCpus(cpus, "a boot disk");
        try {
            BootSector.read(image).loadInto(memory);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
        }
        BootSector.prepare(cpus.state(0));
        for (int i = 1; i < cpus.count(); i++) {
            CpuState waiting = cpus.state(i);
            waiting.reset();
            waiting.halted = true;
        }
    }

    private static void stress(GuestPayload.Stress stress, GuestMemory memory, GuestCpus cpus) {
        requireCpus(cpus, "the stress guest");
        StressParameters parameters =
                new StressParameters(
                        StressParameters.DEFAULT_START,
                        stress.workingSetBytes(),
                        Math.toIntExact(stress.bytesPerSecond() / PAGE_SIZE),
                        cpus.count(),
                        PauseClock.PORT,
                        stress.uarts());
        StressGuest guest = StressGuest.install(memory, parameters);
        for (int i = 0; i < cpus.count(); i++) {
            guest.prepare(i, cpus.state(i));
        }
    }

    private static void requireCpus(GuestCpus cpus, String what) {
        if (cpus.count() == 0) {
            throw new IllegalArgumentException("This machine has no vCPU to run " + what + ".");
        }
    }
}
