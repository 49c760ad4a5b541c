package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class UartPortTest {
    private static final int DATA = 0;
    private static final int INTERRUPT_ENABLE = 1;
    private static final int IDENTIFICATION = 2;
    private static final int LINE_CONTROL = 3;
    private static final int LINE_STATUS = 5;

    private final UartPort port = new UartPort();

    @Test
    void shouldReadBackWhatWasWrittenInOrder() {
        for (int i = 0; i < 16; i++) {
            port.write(DATA, 100 + i);
        }
        assertThat(port.read(LINE_STATUS)).isEqualTo(0x61);
        for (int i = 0; i < 16; i++) {
            assertThat(port.read(DATA)).isEqualTo(100 + i);
        }
        assertThat(port.read(LINE_STATUS)).isEqualTo(0x60);
        assertThat(port.read(DATA)).isZero();
    }

    @Test
    void shouldDropAByteThatDoesNotFitAndSaySo() {
        for (int i = 0; i < 17; i++) {
            port.write(DATA, i);
        }
        assertThat(port.read(LINE_STATUS)).isEqualTo(0x63);
        assertThat(port.read(LINE_STATUS)).isEqualTo(0x61);
        assertThat(port.read(DATA)).isZero();
    }

    @Test
    void shouldEmptyTheReceiverByFifoControl() {
        port.write(DATA, 1);
        port.write(IDENTIFICATION, 7);
        assertThat(port.read(LINE_STATUS)).isEqualTo(0x60);
        assertThat(port.read(IDENTIFICATION) & 0xc0).isEqualTo(0xc0);
    }

    @Test
    void shouldKeepTheDivisorApart() {
        port.write(LINE_CONTROL, 0x83);
        port.write(DATA, 0x34);
        port.write(INTERRUPT_ENABLE, 0x12);
        assertThat(port.read(DATA)).isEqualTo(0x34);
        assertThat(port.read(INTERRUPT_ENABLE)).isEqualTo(0x12);
        port.write(LINE_CONTROL, 3);
        assertThat(port.read(INTERRUPT_ENABLE)).isZero();
        assertThat(port.read(LINE_STATUS)).isEqualTo(0x60);
    }

    @Test
    void shouldSayWhyItInterrupts() {
        port.write(INTERRUPT_ENABLE, 7);
        assertThat(port.read(IDENTIFICATION)).isEqualTo(2); // the transmitter is empty
        assertThat(port.isInterrupting()).isFalse();
        for (int i = 0; i < 17; i++) {
            port.write(DATA, i);
        }
        assertThat(port.read(IDENTIFICATION)).isEqualTo(6);
        port.read(LINE_STATUS);
        assertThat(port.read(IDENTIFICATION)).isEqualTo(4);
        assertThat(port.isInterrupting()).isTrue();
    }

    @Test
    void shouldCarryItsWholeState() {
        port.write(LINE_CONTROL, 0x80);
        port.write(DATA, 0x34);
        port.write(LINE_CONTROL, 3);
        port.write(4, 0xb);
        port.write(7, 0x77);
        port.write(INTERRUPT_ENABLE, 5);
        port.write(DATA, 1);
        port.read(DATA);
        for (int i = 0; i < 17; i++) {
            port.write(DATA, i); // wraps around, and overruns
        }
        MemorySegment state = Arena.ofAuto().allocate(UartPort.STATE_SIZE);
        port.save(state, 0);
        UartPort other = new UartPort();
        assertThat(other.load(state, 0)).isTrue();
        MemorySegment again = Arena.ofAuto().allocate(UartPort.STATE_SIZE);
        other.save(again, 0);
        assertThat(again.mismatch(state)).isEqualTo(-1);
        for (int register : new int[] {1, 2, 3, 4, 5, 6, 7, 0, 0, 5}) {
            assertThat(other.read(register)).isEqualTo(port.read(register));
        }
    }

    @Test
    void shouldRefuseAStateThatCannotBe() {
        MemorySegment state = Arena.ofAuto().allocate(UartPort.STATE_SIZE);
        state.set(JAVA_BYTE, 8, (byte) 17);
        assertThat(port.load(state, 0)).isFalse();
    }
}
