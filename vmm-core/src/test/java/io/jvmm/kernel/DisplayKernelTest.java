package io.jvmm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.vfio.VfioBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The sample displays: devices of which the kernel says that they have no migration (ENOTTY). */
final class DisplayKernelTest {
    @ParameterizedTest
    @EnumSource
    void shouldHaveNoMigration(OpeningWay way) {
        for (var mdev : GuestDevices.unmigratable()) {
            try (VfioBackend device = way.open(mdev)) {
                assertThat(device.migration()).as(device.name()).isEmpty();
            }
        }
    }
}
