package io.jvmm.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.device.DeviceBytes;
import io.jvmm.guest.GuestCrashException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PciBusTest {
    private static final int ADDRESS = 0xCF8;
    private static final int DATA = 0xCFC;
    private static final int IO = 1;
    private static final int MEMORY = 2;

    private final RecordingFunction uart =
            new RecordingFunction(
                    0x1234_4A56,
                    PciBar.declared(0, 0x01, 8),
                    PciBar.declared(1, 0x08, 4096),
                    PciBar.declared(2, 0x04, 8L << 30));
    private final RecordingFunction other =
            new RecordingFunction(
                    0x5678_8086, PciBar.declared(0, 0x01, 32), PciBar.declared(1, 0x00, 4096));
    private final PciBus bus =
            new PciBus(Map.of(new PciAddress(3), other, new PciAddress(1), uart));

    private static int address(int slot, int register) {
        return 0x8000_0000 | slot << 11 | register;
    }

    private long readConfig(int slot, int register, int size) {
        bus.out(ADDRESS, 4, Integer.toUnsignedLong(address(slot, register & ~3)));
        return bus.in(DATA + (register & 3), size);
    }

    private void writeConfig(int slot, int register, int size, long value) {
        bus.out(ADDRESS, 4, Integer.toUnsignedLong(address(slot, register & ~3)));
        bus.out(DATA + (register & 3), size, value);
    }

    /** A function that remembers accesses; its device says only who it is. */
    private static final class RecordingFunction implements PciFunction {
        private final PciConfig config;
        private final byte[] device = new byte[PciConfig.SIZE];
        private final List<String> accesses = new ArrayList<>();

        RecordingFunction(int id, PciBar... bars) {
            for (int i = 0; i < PciConfig.SIZE; i++) {
                device[i] = (byte) i;
            }
            for (int i = 0; i < 4; i++) {
                device[i] = (byte) (id >> (i * 8));
            }
            config = new PciConfig(device, List.of(bars));
        }

        @Override
        public PciConfig config() {
            return config;
        }

        @Override
        public long readConfig(int offset, int size) {
            long value = 0;
            for (int i = 0; i < size; i++) {
                value |= (device[offset + i] & 0xFFL) << (i * 8);
            }
            return config.read(offset, size, value);
        }

        @Override
        public void writeConfig(int offset, int size, long value) {
            accesses.add("config 0x%x %d 0x%x".formatted(offset, size, value));
            config.write(offset, size, value);
        }

        @Override
        public long readBar(int bar, long offset, int size) {
            accesses.add("read %d+%d %d".formatted(bar, offset, size));
            return 0x5A;
        }

        @Override
        public void writeBar(int bar, long offset, int size, long value) {
            accesses.add("write %d+%d %d 0x%x".formatted(bar, offset, size, value));
        }
    }

    @BeforeEach
    void forget() {
        uart.accesses.clear();
    }

    @Test
    void shouldFindTheFunctionsWhereTheySit() {
        assertThat(readConfig(1, 0, 4)).isEqualTo(0x1234_4A56);
        assertThat(readConfig(3, 0, 4)).isEqualTo(0x5678_8086);
    }

    @ParameterizedTest
    @CsvSource({
        "0x80000000, a slot without a device",
        "0x80001000, another one",
        "0x8000F800, the last slot",
        "0x80010800, another bus",
        "0x80000900, another function",
        "0x00000800, the mechanism is off",
    })
    void shouldReadOnesWhereNothingIs(String address, String why) {
        bus.out(ADDRESS, 4, Long.decode(address));
        bus.out(DATA, 4, 0);
        assertThat(bus.in(DATA, 4)).as(why).isEqualTo(0xFFFF_FFFFL);
        assertThat(bus.in(DATA, 2)).isEqualTo(0xFFFF);
        assertThat(bus.in(DATA + 3, 1)).isEqualTo(0xFF);
        assertThat(uart.accesses).isEmpty();
        assertThat(other.accesses).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0x40, 4, 0x43424140",
        "0x40, 2, 0x4140",
        "0x41, 2, 0x4241",
        "0x42, 2, 0x4342",
        "0x43, 1, 0x43",
        // beyond the fourth byte there is another port
        "0x43, 2, 0xFF43",
        "0x41, 4, 0xFF434241",
        "0x43, 4, 0xFFFFFF43",
    })
    void shouldReadPartsOfRegister(String register, int size, String value) {
        assertThat(readConfig(1, Integer.decode(register), size)).isEqualTo(Long.decode(value));
    }

    @Test
    void shouldWritePartsOfRegister() {
        writeConfig(1, 0x3C, 1, 0xAB);
        writeConfig(1, 0x07, 2, 0x1234);
        writeConfig(1, 0x05, 4, 0xDDCC_BBAAL);
        assertThat(uart.accesses)
                .containsExactly(
                        "config 0x3c 1 0xab",
                        "config 0x7 1 0x34",
                        "config 0x5 1 0xaa",
                        "config 0x6 1 0xbb",
                        "config 0x7 1 0xcc");
        assertThat(readConfig(1, 0x3C, 4)).isEqualTo(0x3F3E_3DABL);
    }

    @Test
    void shouldKeepItsAddressRegister() {
        bus.out(ADDRESS, 4, 0xFFFF_FFFFL);
        assertThat(bus.in(ADDRESS, 4)).isEqualTo(0x80FF_FFFCL);
        bus.out(ADDRESS, 4, 0x8000_0804L);
        bus.out(ADDRESS, 1, 0);
        bus.out(ADDRESS + 1, 4, 0);
        bus.out(ADDRESS + 2, 2, 0);
        assertThat(bus.in(ADDRESS, 4)).isEqualTo(0x8000_0804L);
        assertThat(bus.in(ADDRESS, 1)).isEqualTo(0xFF);
        assertThat(bus.in(ADDRESS + 2, 4)).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void shouldTellTheSizesOfTheBars() {
        for (int register = 0x10; register <= 0x30; register += 4) {
            writeConfig(1, register, 4, 0xFFFF_FFFFL);
        }
        assertThat(readConfig(1, 0x10, 4)).isEqualTo(0xFFFF_FFF9L);
        assertThat(readConfig(1, 0x14, 4)).isEqualTo(0xFFFF_F008L);
        assertThat(readConfig(1, 0x18, 4)).isEqualTo(0x0000_0004L);
        assertThat(readConfig(1, 0x1C, 4)).isEqualTo(0xFFFF_FFFEL);
        assertThat(readConfig(1, 0x20, 4)).isZero();
        assertThat(readConfig(1, 0x24, 4)).isZero();
        assertThat(readConfig(1, 0x30, 4)).as("there is no ROM").isZero();
    }

    @Test
    void shouldDecodePortsOnlyWhenAllowed() {
        writeConfig(1, 0x10, 4, 0xC000);
        assertThat(bus.in(0xC000, 1)).isEqualTo(0xFF);
        writeConfig(1, 0x04, 2, MEMORY);
        assertThat(bus.in(0xC000, 1)).isEqualTo(0xFF);
        writeConfig(1, 0x04, 2, IO);
        assertThat(bus.in(0xC000, 1)).isEqualTo(0x5A);
        bus.out(0xC007, 2, 0x1234);
        assertThat(bus.in(0xBFFF, 1)).isEqualTo(0xFF);
        assertThat(bus.in(0xC008, 4)).isEqualTo(0xFFFF_FFFFL);
        writeConfig(1, 0x04, 2, 0);
        assertThat(bus.in(0xC000, 1)).isEqualTo(0xFF);
        assertThat(uart.accesses).contains("read 0+0 1", "write 0+7 2 0x1234");
        assertThat(uart.accesses).doesNotContain("read 0+8 4");
    }

    @Test
    void shouldMoveBar() {
        writeConfig(1, 0x04, 2, IO);
        writeConfig(1, 0x10, 4, 0xC000);
        writeConfig(1, 0x10, 4, 0xFFFF_FFFFL);
        assertThat(bus.in(0xFFF8, 1)).as("asking for the size maps nothing").isEqualTo(0xFF);
        writeConfig(1, 0x10, 4, 0xD00C);
        assertThat(bus.in(0xC000, 1)).isEqualTo(0xFF);
        assertThat(bus.in(0xD009, 1)).isEqualTo(0x5A);
        assertThat(readConfig(1, 0x10, 4)).isEqualTo(0xD009);
        writeConfig(1, 0x11, 1, 0xD1);
        assertThat(bus.in(0xD009, 1)).isEqualTo(0xFF);
        assertThat(bus.in(0xD109, 1)).isEqualTo(0x5A);
        writeConfig(1, 0x10, 4, 0);
        assertThat(bus.in(0, 1)).as("0 is no place").isEqualTo(0xFF);
        writeConfig(1, 0x10, 4, 0x1_D000L);
        assertThat(bus.in(0xD000, 1)).as("a port above 0xFFFF").isEqualTo(0xFF);
    }

    @Test
    void shouldDecodeMemory() {
        writeConfig(1, 0x14, 4, 0xE000_0000L);
        writeConfig(1, 0x18, 4, 0);
        writeConfig(1, 0x1C, 4, 0x10);
        writeConfig(1, 0x04, 2, IO);
        assertThatThrownBy(() -> bus.readMmio(0xE000_0000L, 4))
                .isInstanceOf(GuestCrashException.class);
        writeConfig(1, 0x04, 2, MEMORY);
        assertThat(bus.readMmio(0xE000_0004L, 4)).isEqualTo(0x5A);
        bus.writeMmio(0xE000_0FF8L, 8, -1L);
        bus.writeMmio(0x10_0000_0000L, 1, 1);
        bus.writeMmio(0x11_FFFF_FFFFL, 1, 2);
        assertThat(uart.accesses)
                .endsWith(
                        "read 1+4 4",
                        "write 1+4088 8 0xffffffffffffffff",
                        "write 2+0 1 0x1",
                        "write 2+8589934591 1 0x2");
        assertThatThrownBy(() -> bus.writeMmio(0xE000_1000L, 4, 0))
                .isInstanceOf(GuestCrashException.class);
        assertThatThrownBy(() -> bus.readMmio(0x12_0000_0000L, 4))
                .isInstanceOf(GuestCrashException.class);
        writeConfig(1, 0x14, 4, 0xFFFF_FFFFL);
        assertThatThrownBy(() -> bus.readMmio(0xFFFF_F000L, 4))
                .isInstanceOf(GuestCrashException.class);
        writeConfig(1, 0x1C, 4, 0xFFFF_FFFFL);
        assertThatThrownBy(() -> bus.readMmio(-2L << 32, 4))
                .isInstanceOf(GuestCrashException.class);
    }

    @Test
    void shouldGiveOverlapToTheLowerSlot() {
        writeConfig(3, 0x10, 4, 0xC000);
        writeConfig(3, 0x04, 2, IO);
        writeConfig(1, 0x10, 4, 0xC008);
        writeConfig(1, 0x04, 2, IO);
        bus.out(0xC007, 1, 1);
        bus.out(0xC008, 1, 2);
        bus.out(0xC010, 1, 3);
        assertThat(uart.accesses).endsWith("write 0+0 1 0x2");
        assertThat(other.accesses).endsWith("write 0+7 1 0x1", "write 0+16 1 0x3");
        writeConfig(1, 0x04, 2, 0);
        bus.out(0xC008, 1, 4);
        assertThat(other.accesses).endsWith("write 0+8 1 0x4");
    }

    @Test
    void shouldCarryItsAddressRegister() {
        bus.out(ADDRESS, 4, 0x8000_0840L);
        byte[] saved = DeviceBytes.saved(PciBus.DESCRIPTION, bus);
        assertThat(saved).containsExactly(0x80, 0, 0x08, 0x40);
        bus.out(ADDRESS, 4, 0);
        DeviceBytes.load(PciBus.DESCRIPTION, bus, saved);
        assertThat(bus.in(DATA, 4)).isEqualTo(0x4342_4140L);
    }
}
