package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.VfioMigration;
import java.util.OptionalLong;

/** What the device says it can do, and its state as it is read from it. */
final class SaveChecks {
    private final Bench bench;
    private final Subject device;

    SaveChecks(Bench bench) {
        this.bench = bench;
        device = bench.source();
    }

    void run() {
        bench.log().check("features", _ -> features());
        bench.log().check("save to the end of the data", this::save);
        bench.log().check("save again, compared", _ -> compare(bench.large()));
        bench.log().check("save in small pieces, compared", _ -> compare(bench.small()));
    }

    private String features() {
        device.fresh();
        MigrationSupport support = device.migration().support();
        return "STOP_COPY%s%s, data size %s, DMA log %s"
                .formatted(
                        support.p2p() ? " P2P" : "",
                        support.preCopy() ? " PRE_COPY" : "",
                        text(dataSize()),
                        device.backend().dmaLogging().isPresent() ? "yes" : "no");
    }

    private OptionalLong dataSize() {
        VfioMigration migration = device.migration();
        return device.step("get of the data size", migration::stopCopySize);
    }

    private static String text(OptionalLong size) {
        return size.isPresent() ? size.getAsLong() + " bytes" : "unknown";
    }

    private String save(Samples samples) {
        device.prepare();
        OptionalLong announced = dataSize();
        StateImage image = new StateImage();
        bench.reference().set(image);
        long start = System.nanoTime();
        try {
            device.go(STOP_COPY);
            bench.large().read(device, image);
        } catch (RuntimeException e) {
            bench.reference().discard();
            throw e;
        }
        samples.add(System.nanoTime() - start);
        if (bench.large().skip(device, 1) != 0) {
            bench.reference().discard();
            throw new CheckFailedException("there is more data behind its end");
        }
        return "%d bytes, data size said %s".formatted(image.size(), text(announced));
    }

    private String compare(StateTransfer transfer) {
        StateImage image = bench.reference().image();
        device.prepare();
        device.go(STOP_COPY);
        try {
            transfer.compare(device, image);
        } catch (CheckFailedException e) {
            if (bench.reference().isRepeatable()) {
                throw e;
            }
            throw new CheckSkippedException("cannot be compared: " + e.getMessage());
        }
        bench.reference().setRepeatable();
        return "";
    }
}
