package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import io.jvmm.vfio.DeviceMigrationState;
import java.util.List;

/**
 * A migration that is called off: back to RUNNING from each state that has a session of data, with
 * nothing read, a part, or all of it. The device has lost nothing and can be saved again.
 */
final class CancelChecks {
    private static final List<DeviceMigrationState> SAVING =
            List.of(DeviceMigrationState.PRE_COPY, DeviceMigrationState.PRE_COPY_P2P, STOP_COPY);

    private final Bench bench;

    CancelChecks(Bench bench) {
        this.bench = bench;
    }

    void run() {
        for (DeviceMigrationState state : SAVING) {
            if (bench.source().arcs().states().contains(state)) {
                String name = "cancel in " + state + ", ";
                check(name + "nothing read", state, 0);
                check(name + "partly read", state, 1);
                check(name + "all read", state, Long.MAX_VALUE);
            }
        }
        bench.log().check("cancel in RESUMING, all but one byte written", this::resuming);
    }

    private void check(String name, DeviceMigrationState state, long bytes) {
        bench.log().check(name, samples -> saving(state, bytes, samples));
    }

    private String saving(DeviceMigrationState state, long bytes, Samples samples) {
        Subject device = bench.source();
        device.prepare();
        device.go(state);
        if (bytes > 0) {
            bench.large().skip(device, bytes);
        }
        samples.add(device.go(RUNNING));
        device.requireState(RUNNING, "after the way back");
        device.requirePrepared();
        requireSavable(device);
        return "";
    }

    /** RESUMING is left without a whole state by a reset only. */
    private String resuming(Samples samples) {
        StateImage image = bench.reference().image();
        Subject device = bench.destination();
        device.fresh();
        device.go(RESUMING);
        bench.large().write(device, image, image.size() - 1);
        samples.add(device.reset(RESUMING));
        device.requireState(RUNNING, "after the reset");
        new RoundTrip(bench).load(image, bench.large(), Uart.FILL);
        return "";
    }

    private void requireSavable(Subject device) {
        device.uart().ifPresent(Uart::fill);
        device.go(STOP_COPY);
        if (bench.reference().isRepeatable()) {
            bench.large().compare(device, bench.reference().image());
        } else {
            bench.large().skip(device, Long.MAX_VALUE);
        }
    }
}
