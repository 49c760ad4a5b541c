package io.jvmm.guest.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The host's side, without a running guest. */
class StressGuestTest {

    private static final StressParameters PARAMETERS =
            new StressParameters(1 << 20, 100 * 4096, 0, 3, 0xB00);

    @Test
    void shouldCutTheWorkingSetIntoSlices() {
        assertThat(PARAMETERS.firstPage(0)).isEqualTo(256);
        assertThat(PARAMETERS.firstPage(1)).isEqualTo(289);
        assertThat(PARAMETERS.firstPage(2)).isEqualTo(322);
        assertThat(PARAMETERS.firstPage(3)).isEqualTo(356);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4096, 0, 1",
        "1048577, 4096, 0, 1",
        "1048576, 4097, 0, 1",
        "1048576, 0, 0, 1",
        "1048576, 4096, -1, 1",
        "1048576, 4096, 0, 0",
        "1048576, 409600, 0, 17",
        "1048576, 4096, 0, 2",
        "1048576, 4294967296, 0, 1",
    })
    void shouldRefuseParametersOutOfRange(long start, long size, int rate, int vcpus) {
        assertThatThrownBy(() -> new StressParameters(start, size, rate, vcpus, 0xB00))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("=");
    }

    @Test
    void shouldRefuseWorkingSetBeyondRam() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 1 << 20)) {
            assertThatThrownBy(() -> StressGuest.install(memory, PARAMETERS))
                    .isInstanceOf(StressGuestException.class)
                    .hasMessageContaining("end=289");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 17})
    void shouldRefuseSerialPortsOutOfRange(int uarts) {
        assertThatThrownBy(() -> new StressParameters(1 << 20, 4096, 0, 1, 0xB00, uarts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("uarts=" + uarts);
    }

    @Test
    void shouldFitBetweenItsCodeAndItsHeader() {
        assertThat(StressLayout.CODE + StressCode.assemble().length)
                .isLessThan(StressLayout.HEADER);
    }

    @Test
    void shouldOnlyAttachToWhatItKnows() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 2 << 20)) {
            assertThatThrownBy(() -> StressGuest.attach(memory))
                    .isInstanceOf(StressGuestException.class)
                    .hasMessageContaining("no stress guest");
            StressGuest.install(memory, PARAMETERS);
            assertThat(StressGuest.attach(memory).vcpus()).isEqualTo(3);
            memory.setInt(StressLayout.area(2) + StressLayout.END_PAGE, -1);
            assertThatThrownBy(() -> StressGuest.attach(memory))
                    .isInstanceOf(StressGuestException.class)
                    .hasMessageContaining("end=4294967295");
            memory.setInt(StressLayout.VERSION, 9);
            assertThatThrownBy(() -> StressGuest.attach(memory))
                    .isInstanceOf(StressGuestException.class)
                    .hasMessageContaining("version=9");
        }
    }

    @Test
    void shouldAcceptOnlyThePageInProgressInBetween() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 2 << 20)) {
            StressParameters one = new StressParameters(1 << 20, 4 * 4096, 0, 1, 0xB00);
            StressGuest guest = StressGuest.install(memory, one);
            fill(memory, 256, 7, 7, 7, 7);
            fill(memory, 257, 7, 7, 6, 6);
            fill(memory, 258, 6, 6, 6, 6);
            fill(memory, 259, 6, 6, 6, 6);
            memory.setInt(StressLayout.area(0) + StressLayout.SWEEP, 7);
            memory.setInt(StressLayout.area(0) + StressLayout.NEXT_SWEEP, 7);
            memory.setInt(StressLayout.area(0) + StressLayout.POSITION, 1);
            assertThat(guest.verify().isCorrect()).isTrue();
            assertThat(guest.report().pagesWritten()).isEqualTo(25);
            fill(memory, 257, 6, 7, 6, 6);
            assertThat(guest.verify().firstWrongAddress())
                    .isEqualTo(257 * 4096 + StressLayout.wordOffset(1));
            fill(memory, 257, 6, 6, 6, 6);
            fill(memory, 258, 7, 6, 6, 6);
            assertThat(guest.verify()).isEqualTo(new StressVerification(4, 1, 258 * 4096));
        }
    }

    /** A sweep ends in three stores; at each of them the counter is the same. */
    @Test
    void shouldCountTheSameWhileSweepEnds() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 2 << 20)) {
            StressParameters one = new StressParameters(1 << 20, 4 * 4096, 0, 1, 0xB00);
            StressGuest guest = StressGuest.install(memory, one);
            int area = StressLayout.area(0);
            memory.setInt(area + StressLayout.POSITION, 4);
            assertThat(guest.report().pagesWritten()).isEqualTo(4);
            memory.setInt(area + StressLayout.NEXT_SWEEP, 2);
            assertThat(guest.report().pagesWritten()).isEqualTo(4);
            memory.setInt(area + StressLayout.POSITION, 0);
            assertThat(guest.report().pagesWritten()).isEqualTo(4);
            memory.setInt(area + StressLayout.SWEEP, 2);
            assertThat(guest.report().pagesWritten()).isEqualTo(4);
        }
    }

    @Test
    void shouldLeaveOutPauseThatIsHalfWritten() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 2 << 20)) {
            StressGuest guest = StressGuest.install(memory, PARAMETERS);
            int entry = StressLayout.area(0) + StressLayout.PAUSES;
            memory.setLong(entry + StressLayout.PAUSE_START, 5);
            memory.setLong(entry + StressLayout.PAUSE_LENGTH, 7);
            assertThat(guest.report().vcpus().getFirst().pauses()).containsExactly(new Pause(5, 7));
            memory.setInt(StressLayout.area(0) + StressLayout.PAUSE_SEQUENCE, 1);
            assertThat(guest.report().vcpus().getFirst().pauses()).isEmpty();
        }
    }

    @Test
    void shouldStartInFlatProtectedMode() {
        try (GuestMemory memory = GuestMemory.allocate("ram", 2 << 20)) {
            StressGuest guest = StressGuest.install(memory, PARAMETERS);
            CpuState cpu = new CpuState();
            guest.prepare(1, cpu);
            assertThat(cpu.hflags()).isEqualTo(1 << 4 | 1 << 5 | 1 << 7);
            assertThat(cpu.instructionAddress()).isEqualTo(StressLayout.CODE);
            assertThatThrownBy(() -> guest.prepare(3, cpu))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldTellWhetherPauseOverlaps() {
        Pause pause = new Pause(100, 50);
        assertThat(pause.overlaps(150, 200)).isTrue();
        assertThat(pause.overlaps(0, 100)).isTrue();
        assertThat(pause.overlaps(151, 200)).isFalse();
        assertThat(pause.overlaps(0, 99)).isFalse();
    }

    private static void fill(GuestMemory memory, long page, int... sweeps) {
        for (int word = 0; word < sweeps.length; word++) {
            memory.setInt(
                    page * 4096 + StressLayout.wordOffset(word),
                    StressLayout.word(page, sweeps[word], word));
        }
    }
}
