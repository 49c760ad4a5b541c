package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;

import io.jvmm.vfio.DeviceMigrationState;

/** A reset leads from every state to RUNNING. */
final class ResetChecks {
    private final Bench bench;
    private final Subject device;

    ResetChecks(Bench bench) {
        this.bench = bench;
        device = bench.source();
    }

    void run() {
        for (DeviceMigrationState from : DeviceMigrationState.values()) {
            if (from != ERROR && device.arcs().states().contains(from)) {
                bench.log().check("reset in " + from, samples -> resets(from, samples));
            }
        }
        bench.log().check("reset in RESUMING, half loaded", this::resetHalfLoaded);
    }

    private String resets(DeviceMigrationState from, Samples samples) {
        for (int i = 0; i < bench.options().repeat(); i++) {
            device.fresh();
            device.go(from);
            samples.add(device.reset(from));
            device.requireState(RUNNING, "after the reset");
        }
        return "";
    }

    private String resetHalfLoaded(Samples samples) {
        StateImage image = bench.reference().image();
        device.fresh();
        device.go(RESUMING);
        bench.large().write(device, image, image.size() / 2);
        samples.add(device.reset(RESUMING));
        device.requireState(RUNNING, "after the reset");
        return "";
    }
}
