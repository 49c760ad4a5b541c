package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.GuestCrashException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortBusTest {

    private long now = 0x1_2345_6789L;
    private final PauseClock clock = new PauseClock(() -> now, 2);
    private final FastA20 a20 = new FastA20();
    private final PortBus bus =
            new PortBus(List.of(clock.ports(), new PortRange(FastA20.PORT, 1, a20)));

    @Test
    void shouldReadOnesWhereNothingIs() {
        assertThat(bus.in(0x80, 1)).isEqualTo(0xFF);
        assertThat(bus.in(0x80, 2)).isEqualTo(0xFFFF);
        assertThat(bus.in(0x80, 4)).isEqualTo(0xFFFFFFFFL);
        bus.out(0x80, 1, 1);
    }

    @Test
    void shouldReachDeviceByItsPorts() {
        bus.out(FastA20.PORT, 1, 2);
        assertThat(bus.in(FastA20.PORT, 1)).isEqualTo(2);
        assertThat(a20.value()).isEqualTo(2);
        assertThatThrownBy(() -> bus.out(FastA20.PORT, 1, 3))
                .isInstanceOf(GuestCrashException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void shouldCrashTheGuestWhereThereIsNoMemory() {
        assertThatThrownBy(() -> bus.readMmio(0xFEE00000L, 4))
                .isInstanceOf(GuestCrashException.class)
                .hasMessageContaining("address=0xfee00000 size=4");
        assertThatThrownBy(() -> bus.writeMmio(0xFEE00000L, 4, 7))
                .isInstanceOf(GuestCrashException.class)
                .hasMessageContaining("value=0x7");
    }

    @Test
    void shouldRefuseOverlapAndImpossibleRanges() {
        PortRange first = new PortRange(0x90, 3, a20);
        PortRange second = new PortRange(0x92, 1, a20);
        assertThatThrownBy(() -> new PortBus(List.of(first, second)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Two devices");
        assertThatThrownBy(() -> new PortRange(0xFFFF, 2, a20))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLatchTimePerVcpu() {
        assertThat(bus.in(PauseClock.PORT, 4)).isEqualTo(0x2345_6789L);
        now = 0x7_0000_0000L;
        assertThat(bus.in(PauseClock.PORT + 8, 4)).isZero();
        assertThat(bus.in(PauseClock.PORT + 4, 4)).isEqualTo(1);
        assertThat(bus.in(PauseClock.PORT + 12, 4)).isEqualTo(7);
        assertThat(clock.state().latched).containsExactly(0x1_2345_6789L, 0x7_0000_0000L);
        clock.state().latched[0] = 5L << 32;
        assertThat(bus.in(PauseClock.PORT + 4, 4)).isEqualTo(5);
    }

    @Test
    void shouldAnswerOnesToClockAccessesThatAreNotWide() {
        assertThat(bus.in(PauseClock.PORT, 1)).isEqualTo(0xFF);
        bus.out(PauseClock.PORT, 4, 1);
    }
}
