package io.jvmm.guest.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.device.vfio.FakeUart;
import io.jvmm.guest.Accelerator;
import io.jvmm.guest.CpuState;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the stress guest does on every accelerator. */
@Timeout(120)
abstract class StressGuestContract {

    private static final int PAGES = 256;
    private static final int AS_FAST_AS_IT_CAN = 0;

    abstract Accelerator accelerator(RamBlock ram);

    private StressMachine machine(int vcpus) {
        return new StressMachine(this::accelerator, System::nanoTime, vcpus);
    }

    @Test
    void shouldVerifyWheneverItIsStopped() {
        SplittableRandom random = new SplittableRandom(1);
        try (StressMachine machine = machine(2)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN);
            long written = 0;
            for (int i = 0; i < 50; i++) {
                machine.runFor(random.nextInt(3_000_000));
                assertThat(machine.crashes).isEmpty();
                StressVerification verification = guest.verify();
                assertThat(verification).isEqualTo(new StressVerification(PAGES, 0, -1));
                StressReport report = guest.report();
                assertThat(report.errors()).isZero();
                assertThat(report.pagesWritten()).isGreaterThanOrEqualTo(written);
                written = report.pagesWritten();
            }
            machine.runUntilWritten(guest, written + 3 * PAGES);
            assertThat(guest.verify().isCorrect()).isTrue();
            assertThat(guest.report().vcpus()).allMatch(vcpu -> vcpu.pagesWritten() > 0);
        }
    }

    @Test
    void shouldFindPlantedCorruptionInGuestAndHost() {
        try (StressMachine machine = machine(1)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN);
            machine.runUntilWritten(guest, 2 * PAGES);
            long bad = StressParameters.DEFAULT_START + 77 * 4096 + StressLayout.wordOffset(2);
            machine.memory.setInt(bad, machine.memory.getInt(bad) ^ 1 << 13);
            assertThat(guest.verify()).isEqualTo(new StressVerification(PAGES, 1, bad));
            machine.runUntilWritten(guest, guest.report().pagesWritten() + PAGES);
            VcpuReport report = guest.report().vcpus().getFirst();
            assertThat(report.errors()).isEqualTo(1);
            assertThat(report.firstErrorAddress()).isEqualTo(bad & ~0xFFF);
            assertThat(guest.verify().isCorrect()).isTrue();
        }
    }

    @Test
    void shouldNoticePageThatIsOneSweepTooOld() {
        try (StressMachine machine = machine(1)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN);
            machine.runUntilWritten(guest, PAGES);
            long page = StressParameters.DEFAULT_START + 5 * 4096;
            byte[] old =
                    machine.memory.segment().asSlice(page, 4096).toArray(ValueLayout.JAVA_BYTE);
            machine.runUntilWritten(guest, guest.report().pagesWritten() + 2 * PAGES);
            machine.memory.write(page, old);
            assertThat(guest.verify().firstWrongAddress()).isEqualTo(page);
        }
    }

    /** Tried until the stop comes where the register is in use. */
    @ParameterizedTest
    @ValueSource(ints = {CpuState.CX, CpuState.BP, CpuState.SI, CpuState.DI})
    void shouldNoticeLostRegister(int register) {
        try (StressMachine machine = machine(1)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN);
            machine.runUntilWritten(guest, 2 * PAGES);
            do {
                CpuState cpu = machine.vcpus.state(0);
                cpu.regs[register] += 0x3000;
                machine.vcpus.load(0, cpu);
                machine.runFor(1_000_000);
            } while (machine.crashes.isEmpty()
                    && guest.report().errors() == 0
                    && guest.verify().isCorrect());
        }
    }

    @Test
    void shouldRecordPausesByItsOwnClock() {
        AtomicLong now = new AtomicLong(1L << 33);
        try (StressMachine machine = new StressMachine(this::accelerator, now::get, 1)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN);
            for (int i = 1; i <= 10; i++) {
                machine.runUntilWritten(guest, guest.report().pagesWritten() + PAGES);
                // across the carry of the lower half too
                now.addAndGet(i * 1_000_000_000L);
            }
            machine.runUntilWritten(guest, guest.report().pagesWritten() + PAGES);
            StressReport report = guest.report();
            assertThat(report.vcpus().getFirst().pauses())
                    .extracting(Pause::lengthNanos)
                    .containsExactly(
                            10_000_000_000L,
                            9_000_000_000L,
                            8_000_000_000L,
                            7_000_000_000L,
                            6_000_000_000L,
                            5_000_000_000L,
                            4_000_000_000L,
                            3_000_000_000L);
            long end = now.get();
            assertThat(report.longestPause(end, end))
                    .contains(new Pause(end - 10_000_000_000L, 10_000_000_000L));
            assertThat(report.longestPause(0, 1)).isEmpty();
            assertThat(report.vcpus().getFirst().lastNanos()).isEqualTo(end);
        }
    }

    @Test
    void shouldGoOnWhenTheClockGoesBack() {
        AtomicLong now = new AtomicLong(1L << 40);
        try (StressMachine machine = new StressMachine(this::accelerator, now::get, 1)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN);
            machine.runUntilWritten(guest, PAGES);
            now.set(5);
            machine.runUntilWritten(guest, guest.report().pagesWritten() + PAGES);
            assertThat(guest.report().vcpus().getFirst().pauses()).isEmpty();
            assertThat(guest.report().vcpus().getFirst().lastNanos()).isEqualTo(5);
        }
    }

    /** The guest's clock moves by 10 µs at each reading, so its rate does not depend on ours. */
    @Test
    void shouldKeepItsRateByTheClock() {
        AtomicLong now = new AtomicLong();
        try (StressMachine machine =
                new StressMachine(this::accelerator, () -> now.addAndGet(10_000), 1)) {
            StressGuest guest = machine.install(PAGES, 2000);
            machine.runUntilWritten(guest, 400);
            double seconds = guest.report().vcpus().getFirst().lastNanos() / 1e9;
            assertThat(guest.report().pagesWritten() / seconds).isBetween(1900.0, 2050.0);
        }
    }

    @Test
    void shouldGoOnInAnotherMachine() {
        try (StressMachine source = machine(2);
                StressMachine destination = machine(2)) {
            StressGuest before = source.install(PAGES, AS_FAST_AS_IT_CAN);
            source.runUntilWritten(before, 5 * PAGES / 2);
            destination.loadFrom(source);
            StressGuest after = StressGuest.attach(destination.memory);
            assertThat(after.verify().isCorrect()).isTrue();
            long written = after.report().pagesWritten();
            assertThat(written).isEqualTo(before.report().pagesWritten());
            destination.runUntilWritten(after, written + 2 * PAGES);
            assertThat(after.verify().isCorrect()).isTrue();
            assertThat(after.report().errors()).isZero();
        }
    }

    private StressMachine machine(int vcpus, FakeUart... uarts) {
        return new StressMachine(this::accelerator, System::nanoTime, vcpus, List.of(uarts));
    }

    @Test
    void shouldKeepBytesOnTheirWayThroughSerialPorts() {
        FakeUart[] uarts = {new FakeUart(), new FakeUart(), new FakeUart()};
        try (StressMachine machine = machine(2, uarts)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN, 2);
            machine.runUntilReceived(guest, 1000);
            assertThat(guest.report().uarts())
                    .hasSize(2)
                    .allMatch(uart -> uart.bytes() >= 499 && uart.errors() == 0);
            for (int i = 0; i < 2; i++) {
                assertThat(uarts[i].contents()).hasSizeBetween(7, 8);
            }
            assertThat(uarts[2].contents()).isEmpty();
            machine.runUntilWritten(guest, guest.report().pagesWritten() + 2 * PAGES);
            assertThat(guest.verify().isCorrect()).isTrue();
            assertThat(guest.report().errors()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"LOSE, 1, 1", "DOUBLE, 1, 1", "OVERTAKE, 2, 3"})
    void shouldNoticeByteThatIsNotAsItWasSent(FakeUart.Fault fault, long least, long most) {
        FakeUart uart = new FakeUart();
        try (StressMachine machine = machine(1, uart)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN, 1);
            machine.runUntilReceived(guest, 300);
            uart.onNextByte(fault);
            machine.runUntilReceived(guest, StressMachine.received(guest) + 50);
            assertThat(uart.faultIsDone()).isTrue();
            long errors = guest.report().uarts().getFirst().errors();
            assertThat(errors).isBetween(least, most);
            machine.runUntilReceived(guest, StressMachine.received(guest) + 600);
            assertThat(guest.report().uarts().getFirst().errors()).isEqualTo(errors);
            assertThat(guest.verify().isCorrect()).isTrue();
        }
    }

    @Test
    void shouldNoticeThatAllBytesAreLost() {
        FakeUart uart = new FakeUart();
        try (StressMachine machine = machine(1, uart)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN, 1);
            machine.runUntilReceived(guest, 20);
            uart.empty();
            machine.runUntilReceived(guest, StressMachine.received(guest) + 20);
            assertThat(guest.report().uarts().getFirst().errors()).isPositive();
        }
    }

    @Test
    void shouldCountPortsThatAreNotThere() {
        for (int present = 0; present < 2; present++) {
            FakeUart[] uarts = {new FakeUart()};
            try (StressMachine machine = machine(1, Arrays.copyOf(uarts, present))) {
                StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN, 3);
                machine.runUntilWritten(guest, 3 * PAGES);
                assertThat(guest.report().uarts())
                        .extracting(UartReport::errors)
                        .containsExactly(present == 0 ? 1L : 0L, 1L, 1L);
                assertThat(StressMachine.received(guest) > 0).isEqualTo(present > 0);
            }
        }
    }

    @Test
    void shouldGoOnWithDeadPort() {
        FakeUart uart = new FakeUart();
        try (StressMachine machine = machine(1, uart)) {
            StressGuest guest = machine.install(PAGES, AS_FAST_AS_IT_CAN, 1);
            machine.runUntilReceived(guest, 10);
            uart.kill();
            machine.runUntilWritten(guest, guest.report().pagesWritten() + 100 * PAGES);
            assertThat(guest.report().uarts().getFirst().errors()).isPositive();
            assertThat(guest.verify().isCorrect()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGetItsBytesInAnotherMachineIfTheyAreCarried(boolean carried) {
        FakeUart here = new FakeUart();
        FakeUart there = new FakeUart();
        try (StressMachine source = machine(1, here);
                StressMachine destination = machine(1, there)) {
            StressGuest before = source.install(PAGES, AS_FAST_AS_IT_CAN, 1);
            source.runUntilReceived(before, 777);
            if (carried) {
                there.loadFrom(here);
            }
            destination.loadFrom(source);
            StressGuest after = StressGuest.attach(destination.memory);
            destination.runUntilReceived(after, StressMachine.received(before) + 100);
            assertThat(after.report().uarts().getFirst().errors() == 0).isEqualTo(carried);
            assertThat(after.verify().isCorrect()).isTrue();
        }
    }
}
