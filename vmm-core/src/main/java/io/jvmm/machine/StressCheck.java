package io.jvmm.machine;

import io.jvmm.guest.stress.Pause;
import io.jvmm.guest.stress.StressGuest;
import io.jvmm.guest.stress.StressVerification;
import io.jvmm.guest.stress.UartReport;
import io.jvmm.guest.stress.VcpuReport;
import io.jvmm.monitor.StressReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Asks the built-in stress guest for its report, and looks at every page itself. */
final class StressCheck {
    private StressCheck() {}

    /**
     * Checks; stops a running guest for it.
     *
     * @throws RuntimeException if there is no stress guest, or it cannot be looked at now
     */
    static StressReport of(Machine machine) {
        StressReport[] report = new StressReport[1];
        machine.run().whileStopped(() -> report[0] = look(StressGuest.attach(machine.memory())));
        return report[0];
    }

    private static StressReport look(StressGuest guest) {
        StressVerification seen = guest.verify();
        io.jvmm.guest.stress.StressReport told = guest.report();
        List<StressReport.Pause> pauses = new ArrayList<>();
        for (VcpuReport vcpu : told.vcpus()) {
            for (Pause pause : vcpu.pauses()) {
                pauses.add(new StressReport.Pause(pause.startNanos(), pause.lengthNanos()));
            }
        }
        pauses.sort(Comparator.comparingLong(StressReport.Pause::nanos).reversed());
        return new StressReport(
                told.pagesWritten(),
                seen.pages(),
                seen.wrongPages() + told.errors(),
                uarts(told.uarts()),
                pauses);
    }

    private static StressReport.Uarts uarts(List<UartReport> uarts) {
        return new StressReport.Uarts(
                uarts.size(),
                uarts.stream().mapToLong(UartReport::bytes).sum(),
                uarts.stream().mapToLong(UartReport::errors).sum());
    }
}
