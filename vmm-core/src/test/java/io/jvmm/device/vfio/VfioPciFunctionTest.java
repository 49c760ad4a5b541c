package io.jvmm.device.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.device.DeviceBytes;
import io.jvmm.device.pci.PciAddress;
import io.jvmm.device.pci.PciBus;
import io.jvmm.guest.GuestMemory;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class VfioPciFunctionTest {
    private static final long PORTS = 0xC000;
    private static final long MEMORY = 0xE000_0000L;
    private static final long HIGH_MEMORY = 0x20_0000_1000L;
    private static final byte[] END_OF_STATE = HexFormat.of().parseHex("ffffffffef100001");

    private final GuestMemory memory = GuestMemory.allocate("ram", 1 << 20);
    private final FakeUart uart = new FakeUart();
    private final VfioPciFunction function = attach(uart);
    private final PciBus bus = new PciBus(Map.of(new PciAddress(1), function));

    private VfioPciFunction attach(FakeUart device) {
        return VfioPciFunction.attach(
                new PciAddress(1), device, new DmaRegion(0, memory.segment(), memory.file(), 0));
    }

    @AfterEach
    void close() {
        function.close();
        memory.close();
    }

    private void place() {
        function.writeConfig(0x10, 4, PORTS);
        function.writeConfig(0x14, 4, MEMORY);
        function.writeConfig(0x18, 4, HIGH_MEMORY & 0xFFFF_FFFFL);
        function.writeConfig(0x1C, 4, HIGH_MEMORY >>> 32);
        function.writeConfig(0x3C, 1, 11);
        function.writeConfig(0x04, 2, 7);
    }

    private byte[] saved() {
        return DeviceBytes.written(function::saveConfig);
    }

    private static void load(VfioPciFunction function, byte[] state) {
        byte[] stream = Arrays.copyOf(state, state.length + END_OF_STATE.length);
        System.arraycopy(END_OF_STATE, 0, stream, state.length, END_OF_STATE.length);
        function.loadConfig(DeviceBytes.reader(stream));
    }

    @Test
    void shouldLetTheDeviceReachTheRam() {
        assertThat(function.name()).isEqualTo("0000:00:01.0");
        assertThat(function.backend()).isSameAs(uart);
        assertThat(uart.calls).containsExactly("map 0+1048576", "connect irq 0");
    }

    @Test
    void shouldShowTheDevicesConfigurationSpaceWithoutWhatTheBoardHasNot() {
        assertThat(function.readConfig(0x00, 4)).isEqualTo(FakeUart.DEVICE_ID);
        assertThat(function.readConfig(0x08, 4)).isEqualTo(0x0700_0210);
        assertThat(function.readConfig(0x04, 4)).as("it decodes nothing").isEqualTo(0x0200_0000);
        assertThat(function.readConfig(0x34, 1)).as("no capabilities").isZero();
        assertThat(function.readConfig(0x0E, 1)).as("one function").isZero();
        assertThat(function.readConfig(0x14, 4)).as("no address").isEqualTo(8);
        assertThat(function.readConfig(0x3C, 2)).isEqualTo(0x0100);
        uart.config[0x50] = 0x77;
        assertThat(function.readConfig(0x50, 1)).isEqualTo(0x77);
    }

    @Test
    void shouldTellTheDeviceWhatTheGuestWrites() {
        function.writeConfig(0x10, 4, 0xFFFF_FFFFL);
        assertThat(function.readConfig(0x10, 4)).isEqualTo(0xFFFF_FFF9L);
        function.writeConfig(0x51, 2, 0xBBAA);
        assertThat(uart.config[0x10]).isEqualTo((byte) 0xFF);
        assertThat(uart.config[0x51]).isEqualTo((byte) 0xAA);
        assertThat(function.readConfig(0x50, 4)).isEqualTo(0x00BB_AA00L);
    }

    @Test
    void shouldGiveTheGuestTheRegistersBehindTheBars() {
        place();
        bus.out((int) PORTS, 1, 0x41);
        assertThat(bus.in((int) PORTS + 5, 1)).isEqualTo(0x61);
        assertThat(bus.in((int) PORTS, 1)).isEqualTo(0x41);
        bus.writeMmio(MEMORY + 0xFF8, 8, 0x1122_3344_5566_7788L);
        assertThat(bus.readMmio(MEMORY + 0xFFC, 2)).isEqualTo(0x3344);
        assertThat(bus.readMmio(HIGH_MEMORY + 0xFFF, 1)).isEqualTo(0x11);
    }

    @Test
    void shouldReadOnesBeyondTheEndOfWhatTheDeviceHas() {
        place();
        bus.writeMmio(MEMORY + 0xFFE, 4, 0);
        assertThat(bus.readMmio(MEMORY + 0xFFE, 4)).isEqualTo(0xFFFF_FFFFL);
        assertThat(bus.in((int) PORTS + 6, 4)).isEqualTo(0xFFFF_FFFFL);
        uart.resize(7, 255);
        try (VfioPciFunction odd = attach(uart)) {
            assertThat(odd.readConfig(0xFC, 4)).isEqualTo(0xFF00_0000L);
            odd.writeConfig(0xFC, 4, 0);
            assertThat(odd.readConfig(0xFF, 1)).isEqualTo(0xFF);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1024, A BAR cannot be offered",
        "1, 4294967296, A BAR cannot be offered",
        "3, 4096, A BAR cannot be offered",
        "7, 63, configuration space is too short",
        "7, 0, configuration space is too short",
    })
    void shouldRefuseDeviceWhoseRegionsMakeNoSense(int region, long size, String said) {
        FakeUart bad = new FakeUart();
        bad.resize(region, size);
        assertThatThrownBy(() -> attach(bad))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining(said)
                .hasMessageContaining("device=fake");
    }

    /** The guest polls; nothing else could tell it. */
    @Test
    void shouldShowTheInterruptInTheStatusUntilTheGuestServesIt() {
        place();
        bus.out((int) PORTS + 1, 1, 1);
        bus.out((int) PORTS, 1, 1);
        bus.out((int) PORTS, 1, 2);
        awaitInterrupt();
        assertThat(bus.in((int) PORTS, 1)).isEqualTo(1);
        awaitInterrupt(); // there is another byte
        assertThat(bus.in((int) PORTS, 1)).isEqualTo(2);
        assertThat(function.readConfig(0x06, 1)).isZero();
        // sending a byte serves an interrupt too, if that is there in time
        assertThat(uart.calls).filteredOn("unmask irq 0"::equals).hasSizeBetween(2, 4);
    }

    private void awaitInterrupt() {
        while ((function.readConfig(0x06, 2) & 8) == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldReadOnesFromDeadDevice() {
        place();
        uart.kill();
        assertThat(bus.in((int) PORTS + 5, 1)).isEqualTo(0xFF);
        assertThat(bus.readMmio(MEMORY, 8)).isEqualTo(-1L);
        bus.out((int) PORTS, 1, 0);
        bus.writeMmio(MEMORY, 4, 0);
        assertThat(function.readConfig(0, 4)).isEqualTo(0xFFFF_FFFFL);
        function.writeConfig(0x3C, 1, 5);
    }

    @Test
    void shouldSaveWhatQemuSaves() {
        place();
        byte[] state = saved();
        assertThat(state).hasSize(4 + 256 + 16);
        assertThat(HexFormat.of().formatHex(state, 0, 4)).isEqualTo("00000002");
        assertThat(HexFormat.of().formatHex(state, 4, 4 + 0x44))
                .isEqualTo(
                        "564a3412" // id
                                + "07000002" // command, status
                                + "10020007" // revision, class
                                + "00000000"
                                + "01c00000" // BAR 0
                                + "080000e0"
                                + "04100000"
                                + "20000000"
                                + "0000000000000000"
                                + "00000000"
                                + "564a3412" // subsystem
                                + "00000000"
                                + "0000000000000000"
                                + "0b010000" // interrupt line and pin
                                + "05000000");
        assertThat(HexFormat.of().formatHex(state, 4 + 256, state.length))
                .isEqualTo("0".repeat(32));
    }

    @Test
    void shouldSaveAnInterruptThatIsPending() {
        place();
        bus.out((int) PORTS + 1, 1, 1);
        bus.out((int) PORTS, 1, 1);
        awaitInterrupt();
        byte[] state = saved();
        assertThat(state[4 + 6]).isEqualTo((byte) 8);
        assertThat(HexFormat.of().formatHex(state, 260, 264)).isEqualTo("00000001");
        FakeUart next = new FakeUart();
        try (VfioPciFunction destination = attach(next)) {
            load(destination, state);
            assertThat(destination.readConfig(6, 1)).isEqualTo(8);
            destination.readBar(0, 5, 1);
            assertThat(next.calls).endsWith("unmask irq 0");
        }
    }

    @Test
    void shouldGoOnAtTheOtherSide() {
        place();
        byte[] state = saved();
        FakeUart next = new FakeUart();
        try (VfioPciFunction destination = attach(next)) {
            PciBus there = new PciBus(Map.of(new PciAddress(1), destination));
            load(destination, state);
            there.out((int) PORTS, 1, 0x42);
            assertThat(next.contents()).containsExactly(0x42);
            there.writeMmio(HIGH_MEMORY, 1, 0x43);
            assertThat(there.readMmio(MEMORY, 1)).isEqualTo(0x43);
            assertThat(destination.readConfig(0x3C, 1)).isEqualTo(11);
            assertThat(HexFormat.of().formatHex(next.config, 0x10, 0x14)).isEqualTo("01c00000");
            assertThat(next.config[0x04]).isEqualTo((byte) 7);
            assertThat(next.config[0x3C]).isEqualTo((byte) 11);
            assertThat(DeviceBytes.written(destination::saveConfig)).isEqualTo(state);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0x57, offset=0x00",
        "15, 0x06, offset=0x0b",
        "18, 0x01, offset=0x0e",
        "3, 3, version_id=3",
        "0, 0x80, version_id=-",
        "263, 2, pin=0 level=2",
        "267, 1, pin=1 level=1",
    })
    void shouldRefuseStateOfAnotherDevice(int at, String value, String said) {
        place();
        byte[] state = saved();
        state[at] = Integer.decode(value).byteValue();
        FakeUart next = new FakeUart();
        try (VfioPciFunction destination = attach(next)) {
            assertThatThrownBy(() -> load(destination, state))
                    .isInstanceOf(StreamFormatException.class)
                    .hasMessageContaining(said);
            assertThat(destination.readConfig(0x10, 4)).as("nothing is taken over").isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseStateThatIsCutShort() {
        byte[] state = saved();
        for (int length = 0; length < state.length; length += 5) {
            byte[] part = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> function.loadConfig(DeviceBytes.reader(part)))
                    .isInstanceOf(StreamException.class);
        }
    }

    /** What only the device may change cannot come in by the stream. */
    @Test
    void shouldTakeOnlyWhatIsTheGuests() {
        place();
        byte[] state = saved();
        Arrays.fill(state, 4 + 0x40, 4 + 256, (byte) 0xEE);
        state[4 + 0x10] = (byte) 0xFF;
        state[4 + 0x20] = (byte) 0xFF;
        load(function, state);
        assertThat(function.readConfig(0x10, 4)).isEqualTo(0xC0F9);
        assertThat(function.readConfig(0x20, 4)).isZero();
        assertThat(function.readConfig(0x44, 4)).isZero();
        assertThat(saved()[4 + 0x44]).isZero();
    }
}
