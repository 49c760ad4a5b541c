package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Serial16550Test {

    private static final int DATA = 0;
    private static final int IER = 1;
    private static final int IIR = 2;
    private static final int FCR = 2;
    private static final int LCR = 3;
    private static final int MCR = 4;
    private static final int LSR = 5;
    private static final int MSR = 6;
    private static final int SCRATCH = 7;

    private final StringBuilder sent = new StringBuilder();
    private final Serial16550 serial = new Serial16550(octet -> sent.append((char) octet));

    private int in(int register) {
        return (int) serial.read(register, 1);
    }

    private void out(int register, int value) {
        serial.write(register, 1, value);
    }

    @Test
    void shouldSendAtOnceAndStayEmpty() {
        "ok".chars().forEach(c -> out(DATA, c));
        assertThat(sent).hasToString("ok");
        assertThat(in(LSR)).isEqualTo(0x60);
    }

    @Test
    void shouldHavePowerOnValues() {
        assertThat(in(IER)).isZero();
        assertThat(in(IIR)).isEqualTo(1);
        assertThat(in(LCR)).isZero();
        assertThat(in(MCR)).isEqualTo(8);
        assertThat(in(MSR)).isEqualTo(0xB0);
        assertThat(serial.state().divider).isEqualTo(12);
    }

    @Test
    void shouldReachDividerBehindItsAccessBit() {
        out(LCR, 0x83);
        out(DATA, 0x34);
        out(IER, 0x12);
        assertThat(in(DATA)).isEqualTo(0x34);
        assertThat(in(IER)).isEqualTo(0x12);
        out(LCR, 3);
        assertThat(serial.state().divider).isEqualTo(0x1234);
        assertThat(in(IER)).isZero();
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldKeepScratchAndIgnoreWritesToStatus() {
        out(SCRATCH, 0x5A);
        out(LSR, 0);
        out(MSR, 0);
        assertThat(in(SCRATCH)).isEqualTo(0x5A);
        assertThat(in(LSR)).isEqualTo(0x60);
        assertThat(in(MSR)).isEqualTo(0xB0);
    }

    @Test
    void shouldLoopBackDataAndModemLines() {
        out(MCR, 0x1B);
        assertThat(in(MSR)).isEqualTo(0xB0);
        out(MCR, 0x10);
        assertThat(in(MSR)).isZero();
        out(DATA, 'x');
        assertThat(sent).isEmpty();
        assertThat(in(LSR)).isEqualTo(0x61);
        assertThat(in(DATA)).isEqualTo('x');
        assertThat(in(LSR)).isEqualTo(0x60);
    }

    @Test
    void shouldReportOverrunOnceWithoutFifo() {
        serial.receive('a');
        serial.receive('b');
        assertThat(in(LSR)).isEqualTo(0x63);
        assertThat(in(LSR)).isEqualTo(0x61);
        assertThat(in(DATA)).isEqualTo('b');
    }

    @Test
    void shouldQueueSixteenBytesInFifo() {
        out(FCR, 1);
        assertThat(in(IIR)).isEqualTo(0xC1);
        for (int i = 0; i < 17; i++) {
            serial.receive('a' + i);
        }
        assertThat(in(LSR)).isEqualTo(0x63);
        for (int i = 0; i < 16; i++) {
            assertThat(in(DATA)).isEqualTo('a' + i);
        }
        assertThat(in(LSR)).isEqualTo(0x60);
        serial.receive('z');
        out(FCR, 3);
        assertThat(in(LSR)).isEqualTo(0x60);
        out(FCR, 0);
        assertThat(in(IIR)).isEqualTo(1);
    }

    @Test
    void shouldIdentifyTheMostUrgentSource() {
        out(IER, 7);
        assertThat(in(IIR)).isEqualTo(2);
        assertThat(in(IIR)).isEqualTo(1);
        out(DATA, 'x');
        serial.receive('a');
        assertThat(in(IIR)).isEqualTo(4);
        serial.receive('b');
        assertThat(in(IIR)).isEqualTo(6);
        in(LSR);
        assertThat(in(IIR)).isEqualTo(4);
        in(DATA);
        assertThat(in(IIR)).isEqualTo(2);
        assertThat(in(IIR)).isEqualTo(1);
    }

    @Test
    void shouldSplitWideAccesses() {
        serial.write(SCRATCH, 2, 0xABCD);
        assertThat(serial.read(SCRATCH, 2)).isEqualTo(0xFFCD);
        serial.write(LCR, 2, 0x0B03);
        assertThat(serial.read(LCR, 2)).isEqualTo(0x0B03);
    }
}
