package io.jvmm.guest.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.RecordingBus;
import io.jvmm.guest.SegmentState;
import io.jvmm.guest.VcpuStop;
import io.jvmm.linux.SyscallException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** State goes out of one machine and into another one, and nothing is missing. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // a lost kick would hang for ever
class KvmStateTest {
    private static final long RAM = 1 << 20;
    private static final int PAGES = 64;
    private static final int FIRST = 0x20000;

    private final RecordingBus bus = new RecordingBus();

    @Test
    void shouldGiveBackEveryFieldThatWasLoaded() {
        CpuState state = fullState();
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.vcpu.loadState(state);
            CpuState saved = machine.saved();
            saved.tsc = state.tsc; // runs on
            saved.tscKhz = state.tscKhz;
            assertThat(CpuStateFields.differences(saved, state)).isEmpty();
        }
    }

    @Test
    void shouldHaveTheStateOfAResetWhenItWasLoaded() {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.vcpu.loadState(new CpuState());
            CpuState saved = machine.saved();
            assertThat(saved.tscKhz).isPositive();
            CpuState reset = new CpuState();
            reset.tsc = saved.tsc;
            reset.tscKhz = saved.tscKhz;
            reset.dr[4] = reset.dr[6];
            reset.dr[5] = reset.dr[7];
            assertThat(CpuStateFields.differences(saved, reset)).isEmpty();
        }
    }

    @Test
    void shouldLoadVectorRegistersOfASourceThatKeepsNoAccountOfThem() {
        CpuState state = KvmMachine.flat32();
        state.xstateBv = 0;
        state.xmm[5] = 0x55;
        state.fpuControl = 0x27F;
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.vcpu.loadState(state);
            assertThat(machine.saved().xmm[5]).isEqualTo(0x55);
            assertThat(machine.saved().fpuControl).isEqualTo(0x27F);
        }
    }

    @Test
    void shouldKeepAnEventThatIsBeingDelivered() {
        CpuState state = KvmMachine.flat32();
        state.exceptionNumber = 13;
        state.hasErrorCode = 1;
        state.nmiPending = 1;
        state.hflags2 |= 4;
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.vcpu.loadState(state);
            CpuState saved = machine.saved();
            assertThat(saved.exceptionNumber).isEqualTo(13);
            assertThat(saved.hasErrorCode).isEqualTo(1);
            assertThat(saved.nmiPending).isEqualTo(1);
            assertThat(saved.hflags2).isEqualTo(5);
            machine.vcpu.loadState(KvmMachine.flat32());
            assertThat(machine.saved().exceptionNumber).isEqualTo(-1);
            assertThat(machine.saved().hflags2).isEqualTo(1);
        }
    }

    @Test
    void shouldContinueInAnotherMachineFromWhereverItStopped() throws Exception {
        Random random = new Random(7);
        KvmMachine machine = new KvmMachine(RAM, bus);
        machine.code(SWEEP);
        CpuState state = KvmMachine.flat32();
        long sweeps = 0;
        for (int hop = 0; hop < 12; hop++) {
            machine.vcpu.loadState(state);
            sweepUntilKicked(machine, random.nextInt(5));
            machine.vcpu.saveState(state);
            assertSweepIsConsistent(machine, state);
            assertThat(state.regs[CpuState.BX]).isGreaterThanOrEqualTo(sweeps);
            sweeps = state.regs[CpuState.BX];
            KvmMachine next = new KvmMachine(RAM, bus);
            next.memory.segment().copyFrom(machine.memory.segment());
            machine.close();
            machine = next;
        }
        machine.close();
        assertThat(sweeps).isPositive();
    }

    @Test
    void shouldGoOnAfterAStopWithoutALoad() throws Exception {
        try (KvmMachine machine = new KvmMachine(RAM, bus).code(SWEEP)) {
            machine.vcpu.loadState(KvmMachine.flat32());
            long before = 0;
            for (int stop = 0; stop < 10; stop++) {
                sweepUntilKicked(machine, 2);
                CpuState state = machine.saved();
                assertSweepIsConsistent(machine, state);
                assertThat(state.regs[CpuState.BX]).isGreaterThan(before);
                before = state.regs[CpuState.BX];
            }
        }
    }

    @Test
    void shouldContinueTheTimeStampCounterWhereItStopped() {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            CpuState state = KvmMachine.flat32();
            state.tsc = 1L << 50;
            machine.vcpu.loadState(state);
            CpuState saved = machine.saved();
            assumeTrue(saved.tsc >> 49 == 2, "this KVM cannot shift the time stamp counter");
            assertThat(saved.tsc).isGreaterThanOrEqualTo(state.tsc);
        }
    }

    @Test
    void shouldRefuseAStateThatNoProcessorCanHave() {
        CpuState state = KvmMachine.flat32();
        state.cr4 = -1;
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            assertThatThrownBy(() -> machine.vcpu.loadState(state))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("call=KVM_SET_SREGS errno=EINVAL");
            machine.vcpu.loadState(KvmMachine.flat32());
        }
    }

    @Test
    void shouldLoadTheRestWhenOneModelSpecificRegisterIsRefused() {
        CpuState state = KvmMachine.flat32();
        state.star = 0x0010_0008_0000_0000L;
        state.mceBanks[1] = 1; // a status that only hardware sets
        state.mceBanks[4] = 5; // neither all nor nothing enabled
        state.tscAux = 3;
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.vcpu.loadState(state);
            CpuState saved = machine.saved();
            assertThat(saved.mceBanks[4]).isNotEqualTo(5);
            assertThat(saved.star).isEqualTo(state.star);
            assertThat(saved.tscAux).isEqualTo(3);
        }
    }

    @Test
    void shouldSaveAndLoadWithoutAllocating() {
        CpuState state = KvmMachine.flat32();
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.vcpu.loadState(state);
            assertThat(
                            HeapBytes.ofThousand(() -> {
                                machine.vcpu.saveState(state);
                                machine.vcpu.loadState(state);
                            }))
                    .isZero();
        }
    }

    /**
     * For ever: ebx++, then bl into the first byte of each of the pages.
     *
     * <pre>
     *   43                    inc ebx
     *   be 00 00 02 00        mov esi, FIRST
     *   88 1e                 mov [esi], bl
     *   81 c6 00 10 00 00     add esi, 0x1000
     *   81 fe 00 00 06 00     cmp esi, FIRST + 64 pages
     *   75 f0                 jne (mov [esi], bl)
     *   eb e8                 jmp (inc ebx)
     * </pre>
     */
    private static final String SWEEP =
            "43 be 00 00 02 00 88 1e 81 c6 00 10 00 00 81 fe 00 00 06 00 75 f0 eb e8";

    /**
     * Lets the guest run until the last page has changed some times, and then for a moment more.
     */
    private static void sweepUntilKicked(KvmMachine machine, int sweeps)
            throws InterruptedException {
        Thread kicker =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < sweeps; i++) {
                                byte before = lastPage(machine);
                                while (lastPage(machine) == before) {
                                    Thread.onSpinWait();
                                }
                            }
                            machine.vcpu.kick();
                        });
        VcpuStop stop = machine.vcpu.run();
        kicker.join();
        assertThat(stop).isSameAs(VcpuStop.KICKED);
    }

    private static byte lastPage(KvmMachine machine) {
        return page(machine, PAGES - 1);
    }

    private static byte page(KvmMachine machine, int page) {
        return machine.memory.segment().get(JAVA_BYTE, FIRST + page * 4096L);
    }

    /** The first pages carry the number of this sweep, the others that of the one before. */
    private static void assertSweepIsConsistent(KvmMachine machine, CpuState state) {
        byte sweep = (byte) state.regs[CpuState.BX];
        long written = 0;
        while (written < PAGES && page(machine, (int) written) == sweep) {
            written++;
        }
        for (long i = written; i < PAGES; i++) {
            assertThat(page(machine, (int) i)).isEqualTo((byte) (sweep - 1));
        }
    }

    /** A state that differs from the reset state in every field that KVM carries here. */
    private static CpuState fullState() {
        CpuState state = KvmMachine.flat32();
        for (int i = 0; i < state.regs.length; i++) {
            state.regs[i] = 0x0101_0101_0101_0101L * (i + 1);
        }
        state.rflags = 0x3246;
        for (SegmentState segment : state.segs) {
            segment.flags &= 0xF0FF00;
        }
        state.segs[CpuState.FS].base = 0x1234_5000;
        state.gdt.set(0, 0x5000, 0x27, 0);
        state.idt.set(0, 0x6000, 0x7FF, 0);
        state.tr.set(0x18, 0x7000, 0x67, 0x8B00);
        state.ldt.set(0x20, 0x8000, 0x1F, 0x8200);
        state.cr2 = 0xDEAD_B000L;
        state.cr3 = 0x9000;
        state.cr4 = 0x600;
        System.arraycopy(new long[] {0x11, 0x22, 0x33, 0x44}, 0, state.dr, 0, 4);
        state.dr[4] = state.dr[6];
        state.dr[5] = state.dr[7];
        state.sysenterCs = 8;
        state.sysenterEsp = 0x9_0000;
        state.sysenterEip = 0xA_0000;
        state.star = 0x0010_0008_0000_0000L;
        state.lstar = 0xB_0000;
        state.cstar = 0xC_0000;
        state.fmask = 0x4_7700;
        state.kernelGsBase = 0xD_0000;
        state.pat = 0x0006_0106_0007_0406L;
        state.tscAux = 5;
        state.pollControlMsr = 0;
        state.mtrrDefType = 0xC06;
        Arrays.fill(state.mtrrFixed, 0x0606_0606_0606_0606L);
        state.mtrrVar[2] = 6;
        state.mtrrVar[3] = 0x800;
        state.mcgStatus = 1;
        state.tsc = 1L << 45;
        state.xcr0 = 7;
        state.xstateBv = 7;
        state.mxcsr = 0x1FA0;
        state.fpuControl = 0x27F;
        state.fpuStatus = 0x3800;
        state.fpuTag = 0x81;
        state.fpuOpcode = 0x1D9;
        state.fpuInstructionPointer = 0x7C10;
        state.fpuDataPointer = 0x1_0020;
        for (int i = 0; i < 8; i++) {
            state.fpuMantissa[i] = 1L << 63 | i;
            state.fpuSignExponent[i] = 0x3FFF + i;
        }
        for (int i = 0; i < 32; i++) {
            state.xmm[i] = i + 1L;
            state.ymmHigh[i] = 100L + i;
        }
        return state;
    }
}
