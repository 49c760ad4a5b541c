package io.jvmm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.vfio.VfioBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is where, by either way to open a device. */
final class OpeningKernelTest {
    @ParameterizedTest
    @EnumSource
    void shouldFindTheRegionsOfASerialPort(OpeningWay way) {
        try (VfioBackend device = way.open(GuestDevices.mttyTwoPorts().getFirst())) {
            assertThat(device.info().regionCount()).isEqualTo(9);
            assertThat(device.region(0).size()).isEqualTo(8);
            assertThat(device.region(1).size()).isEqualTo(8);
        }
    }
}
