package io.jvmm.device.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.device.pci.PciBar.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PciBarTest {

    @ParameterizedTest
    @CsvSource({
        "0x01, 8, IO, false, 8",
        "0x01, 1, IO, false, 4",
        "0xFD, 9, IO, false, 16",
        "0x00, 4096, MEMORY_32, false, 4096",
        "0x08, 4097, MEMORY_32, true, 8192",
        "0x00, 1, MEMORY_32, false, 16",
        "0x04, 0x200000000, MEMORY_64, false, 0x200000000",
        "0x0C, 0x3FFFFFFFFFFFFFFF, MEMORY_64, true, 0x4000000000000000",
    })
    void shouldBeWhatTheDeviceDeclares(
            String register, String length, Kind kind, boolean prefetchable, String size) {
        assertThat(PciBar.declared(2, Integer.decode(register), Long.decode(length)))
                .isEqualTo(new PciBar(2, kind, prefetchable, Long.decode(size)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x01, 257, size=512",
        "0, 0x00, 0x80000001, size=4294967296",
        "0, 0x04, 0x4000000000000001, size=-9223372036854775808",
        "0, 0x04, 0x7FFFFFFFFFFFFFFF, size=-9223372036854775808",
        "5, 0x04, 4096, bar=5",
    })
    void shouldRefuseWhatNoRegisterCanSay(int index, String register, String length, String said) {
        assertThatThrownBy(
                        () -> PciBar.declared(index, Integer.decode(register), Long.decode(length)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said);
    }

    @Test
    void shouldKnowItsRegister() {
        PciBar bar = PciBar.declared(2, 0x0C, 4096);
        assertThat(bar.offset()).isEqualTo(0x18);
        assertThat(bar.registers()).isEqualTo(2);
        assertThat(bar.flags()).isEqualTo(0x0C);
    }
}
