package io.jvmm.cli.soak;

import io.jvmm.migration.DeviceDelays;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Each side in a process of its own. */
final class ChildVmms implements VmmFactory {
    private final String accelerator;
    private final Path directory;
    private int started;

    ChildVmms(String accelerator, Path directory) {
        this.accelerator = accelerator;
        this.directory = directory;
    }

    @Override
    public Vmm withGuest(DeviceDelays delays) {
        return start(
                delays,
                "-guest",
                "stress,working-set=%d,dirty-rate=%d/s"
                        .formatted(SoakGuest.WORKING_SET, SoakGuest.BYTES_PER_SECOND));
    }

    @Override
    public Vmm waiting(DeviceDelays delays) {
        return start(delays, "-incoming", "defer");
    }

    private Vmm start(DeviceDelays delays, String... role) {
        List<String> options = new ArrayList<>(List.of("-machine", "microvm"));
        options.addAll(List.of("-m", SoakGuest.MEMORY / (1 << 20) + "M"));
        options.addAll(List.of("-accel", accelerator));
        options.addAll(List.of("-global", "migration.x-save-delay=" + delays.saveMillis()));
        options.addAll(List.of("-global", "migration.x-load-delay=" + delays.loadMillis()));
        options.addAll(List.of(role));
        return ChildVmm.start(directory.resolve("vmm" + started++), options);
    }
}
