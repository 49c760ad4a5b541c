package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioMigration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** State that is read while the device runs: one session, which goes on into STOP_COPY. */
final class PrecopyChecks {
    private final Bench bench;
    private final Subject source;
    private final RoundTrip trip;

    PrecopyChecks(Bench bench) {
        this.bench = bench;
        source = bench.source();
        trip = new RoundTrip(bench);
    }

    void run() {
        bench.log().check("precopy, read before the stop", this::readBefore);
        bench.log().check("precopy, nothing read before the stop", this::readAfter);
        bench.log().check("precopy info", _ -> info());
    }

    private void begin() {
        if (!source.arcs().states().contains(PRE_COPY)) {
            throw new CheckSkippedException("the device has no PRE_COPY");
        }
        source.prepare();
        source.go(PRE_COPY);
    }

    private String readBefore(Samples samples) {
        begin();
        try (StateImage image = new StateImage()) {
            long before = bench.large().read(source, image);
            requireNothingNow();
            List<Integer> received = new ArrayList<>(Uart.FILL);
            source.uart().ifPresent(port -> port.send(Uart.LATE));
            received.add(Uart.LATE);
            samples.add(source.go(STOP_COPY));
            long after = bench.large().read(source, image);
            trip.load(image, bench.large(), received);
            return "%d bytes before the stop, %d after it".formatted(before, after);
        }
    }

    /** The end of the data in PRE_COPY is no end: it may be asked again. */
    private void requireNothingNow() {
        if (source.uart().isPresent() && bench.large().skip(source, 1) != 0) {
            throw new CheckFailedException("there is more after the end, though nothing changed");
        }
    }

    private String readAfter(Samples samples) {
        begin();
        samples.add(source.go(STOP_COPY));
        try (StateImage image = new StateImage()) {
            long after = bench.large().read(source, image);
            trip.load(image, bench.large(), Uart.FILL);
            return "%d bytes after the stop".formatted(after);
        }
    }

    private String info() {
        begin();
        PrecopyInfo before = ask();
        long read = bench.large().skip(source, Long.MAX_VALUE);
        PrecopyInfo after = ask();
        if (after.initialBytes() != 0) {
            throw new CheckFailedException(
                    "all has been read, and initial bytes are left: read=%d before=%s after=%s"
                            .formatted(read, before, after));
        }
        if (read < before.initialBytes()) {
            throw new CheckFailedException(
                    "fewer bytes than the initial ones: read=%d before=%s".formatted(read, before));
        }
        return "initial %d, dirty %d; %d read; then initial %d, dirty %d"
                .formatted(
                        before.initialBytes(),
                        before.dirtyBytes(),
                        read,
                        after.initialBytes(),
                        after.dirtyBytes());
    }

    private PrecopyInfo ask() {
        VfioMigration migration = source.migration();
        Optional<PrecopyInfo> info = source.step("get of the precopy info", migration::precopyInfo);
        return info.orElseThrow(
                () -> new CheckSkippedException("the device cannot say what is left"));
    }
}
