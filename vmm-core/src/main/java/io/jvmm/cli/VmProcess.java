package io.jvmm.cli;

import io.jvmm.machine.VirtualMachine;
import io.jvmm.monitor.Monitors;
import io.jvmm.monitor.ShutdownReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The process around one virtual machine, from its start to its exit status. */
final class VmProcess {
    private static final long SHUTDOWN_SECONDS = 10;

    private final RunPlan plan;
    private final CountDownLatch cleanedUp = new CountDownLatch(1);

    VmProcess(RunPlan plan) {
        this.plan = plan;
    }

    /**
     * Runs the machine to its end.
     *
     * @return the exit status
     */
    int run() throws IOException, InterruptedException {
        try (SerialSink serial = SerialSink.open(plan.serial());
                VirtualMachine vm =
                        new VirtualMachine(plan.machine(), serial, plan.migration().delays())) {
            endOnSignals(vm);
            vm.setCapabilities(plan.migration().capabilities());
            vm.setParameters(plan.migration().parameters());
            writePidFile(plan.pidFile());
            try (Monitors _ = Monitors.open(plan.monitors(), vm)) {
                if (plan.incomingUri() != null) {
                    vm.migrateIncoming(plan.incomingUri(), true);
                }
                vm.start();
                return vm.awaitEnd();
            }
        } finally {
            removePidFile(plan.pidFile());
            cleanedUp.countDown();
        }
    }

    /**
     * SIGTERM, SIGINT and SIGHUP end the machine in good order. The virtual machine of Java would
     * exit with 128 + the signal's number then; drivers expect 0, so the hook halts by itself.
     */
    private void endOnSignals(VirtualMachine vm) {
        Runnable hook =
                () -> {
                    if (cleanedUp.getCount() == 0) {
                        return;
                    }
                    vm.quit(ShutdownReason.HOST_SIGNAL);
                    Runtime.getRuntime().halt(awaitCleanUp() ? 0 : 1);
                };
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(hook));
    }

    private boolean awaitCleanUp() {
        try {
            return cleanedUp.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            return false;
        }
    }

    private static void writePidFile(@Nullable Path file) throws IOException {
        if (file != null) {
            Files.writeString(file, ProcessHandle.current().pid() + "\n");
        }
    }

    private static void removePidFile(@Nullable Path file) throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
