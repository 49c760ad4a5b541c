package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

/** A state goes from the source to the destination and is there. */
final class RoundTripChecks {
    private final Bench bench;
    private final RoundTrip trip;

    RoundTripChecks(Bench bench) {
        this.bench = bench;
        trip = new RoundTrip(bench);
    }

    void run() {
        bench.log().check("round trip, arc by arc", this::stepwise);
        bench.log().check("round trip, directly", this::directly);
        bench.log().check("round trip, in small pieces", _ -> small());
    }

    private String stepwise(Samples samples) {
        Subject source = bench.source();
        source.prepare();
        long start = System.nanoTime();
        source.go(STOP_COPY);
        try (StateImage image = new StateImage()) {
            bench.large().read(source, image);
            trip.loadAndCompare(image, bench.large(), Uart.FILL);
            samples.add(System.nanoTime() - start);
            return said(image) + (bench.reference().isRepeatable() ? ", read again and equal" : "");
        }
    }

    private String directly(Samples samples) {
        Subject source = bench.source();
        source.prepare();
        long start = System.nanoTime();
        RoundTrip.request(source, RUNNING, STOP_COPY);
        try (StateImage image = new StateImage()) {
            bench.large().read(source, image);
            trip.loadDirectly(image, bench.large(), Uart.FILL);
            samples.add(System.nanoTime() - start);
            return said(image);
        }
    }

    private String small() {
        trip.loadAndCompare(bench.reference().image(), bench.small(), Uart.FILL);
        return "";
    }

    private String said(StateImage image) {
        if (image.size() == 0) {
            throw new CheckSkippedException("the device has no state");
        }
        String received = bench.destination().uart().isPresent() ? ", its data received" : "";
        return "%d bytes%s".formatted(image.size(), received);
    }
}
