package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import io.jvmm.vfio.DeviceMigrationState;
import java.util.List;

/** Writes a state into the destination and requires it to be there. One thread. */
final class RoundTrip {
    private final Bench bench;
    private final Subject destination;

    RoundTrip(Bench bench) {
        this.bench = bench;
        destination = bench.destination();
    }

    /**
     * Loads a state into the destination, which runs then.
     *
     * @param received what a serial port must have received then
     */
    void load(StateImage image, StateTransfer transfer, List<Integer> received) {
        resume(image, transfer);
        destination.go(RUNNING);
        requireRunning(received);
    }

    /** The same; the state must be readable from the destination again, if it can be compared. */
    void loadAndCompare(StateImage image, StateTransfer transfer, List<Integer> received) {
        resume(image, transfer);
        destination.go(STOP);
        destination.go(STOP_COPY);
        if (bench.reference().isRepeatable()) {
            bench.large().compare(destination, image);
        }
        destination.go(RUNNING);
        requireRunning(received);
    }

    /** The same by far states: the destination walks by itself. */
    void loadDirectly(StateImage image, StateTransfer transfer, List<Integer> received) {
        destination.blank();
        request(destination, RUNNING, RESUMING);
        transfer.write(destination, image, image.size());
        request(destination, RESUMING, RUNNING);
        requireRunning(received);
    }

    private void resume(StateImage image, StateTransfer transfer) {
        destination.blank();
        destination.go(RESUMING);
        transfer.write(destination, image, image.size());
    }

    /** Asks for a state, and requires to get there. */
    static void request(Subject device, DeviceMigrationState from, DeviceMigrationState to) {
        device.request(from, to)
                .refusal()
                .ifPresent(refusal -> {
                    throw refusal;
                });
    }

    private void requireRunning(List<Integer> received) {
        destination.requireState(RUNNING, "after the load");
        destination.uart().ifPresent(port -> port.requireReceived(received));
    }
}
