package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.device.vfio.FakeUart;
import io.jvmm.device.vfio.VfioPciFunction;
import io.jvmm.guest.GuestMemory;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestDevicesTest {
    private final GuestMemory memory = GuestMemory.allocate("ram", 1 << 20);
    private final List<FakeUart> opened = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
    }

    private VfioBackend open(DeviceConfig device) {
        if (device.id().equals("absent")) {
            throw new VfioException("There is no such device: id=" + device.id());
        }
        FakeUart uart = new FakeUart();
        opened.add(uart);
        if (device.id().equals("bad")) {
            uart.resize(0, 1 << 20);
        }
        return uart;
    }

    private static List<DeviceConfig> at(int... slots) {
        return Arrays.stream(slots).mapToObj(slot -> device("", slot)).toList();
    }

    private static DeviceConfig device(String id, int slot) {
        return new DeviceConfig.VfioUser(Path.of("socket"), id, slot);
    }

    private GuestDevices open(List<DeviceConfig> devices) {
        return GuestDevices.open(devices, memory, System::nanoTime, this::open);
    }

    @Test
    void shouldFillTheGapsBetweenGivenSlots() {
        try (GuestDevices devices = open(at(0, 2, 0, 31, 0))) {
            assertThat(devices.functions())
                    .extracting(VfioPciFunction::name)
                    .containsExactly(
                            "0000:00:01.0",
                            "0000:00:02.0",
                            "0000:00:03.0",
                            "0000:00:04.0",
                            "0000:00:1f.0");
            devices.bus().out(0xCF8, 4, 0x8000_F800L);
            assertThat(devices.bus().in(0xCFC, 4)).isEqualTo(FakeUart.DEVICE_ID);
        }
        assertThat(opened).allMatch(uart -> uart.calls.getLast().equals("close"));
    }

    @Test
    void shouldRefuseTwoDevicesInOneSlotAndTooMany() {
        assertThatThrownBy(() -> open(at(3, 0, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("addr=3");
        assertThatThrownBy(() -> open(at(new int[32])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("devices=32");
        assertThatThrownBy(() -> at(32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slot=32");
        assertThat(opened).isEmpty();
        open(at(new int[31])).close();
    }

    @Test
    void shouldCloseWhatItHasOpenedWhenDeviceCannotBeHad() {
        for (String id : List.of("absent", "bad")) {
            opened.clear();
            List<DeviceConfig> devices =
                    Stream.concat(at(0, 0).stream(), Stream.of(device(id, 0))).toList();
            assertThatThrownBy(() -> open(devices)).isInstanceOf(VfioException.class);
            assertThat(opened)
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(uart -> uart.calls.getLast().equals("close"));
        }
    }
}
