package io.jvmm.guest.interp;

import static io.jvmm.guest.CpuState.SI;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.VcpuStop;
import io.jvmm.savevm.ram.DirtyBitmap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WriteLogTest {

    @Test
    void shouldReportPagesWrittenByTheGuestOnce() {
        TestMachine m = TestMachine.flat32().with(SI, 0x8000);
        m.accelerator.dirtyLog().start();
        m.run("8906 8b0500900000");
        DirtyBitmap dirty = sync(m);
        assertThat(dirty.count()).isEqualTo(1);
        assertThat(dirty.nextSet(0)).isEqualTo(8);
        assertThat(sync(m).count()).isZero();
    }

    @Test
    void shouldMarkBothPagesOfWriteAcrossBoundary() {
        TestMachine m = TestMachine.flat32().with(SI, 0x8FFE);
        m.accelerator.dirtyLog().start();
        m.run("8906 c60500f0010001");
        DirtyBitmap dirty = sync(m);
        assertThat(dirty.count()).isEqualTo(3);
        assertThat(dirty.testAndClear(8)).isTrue();
        assertThat(dirty.testAndClear(9)).isTrue();
        assertThat(dirty.testAndClear(0x1F)).isTrue();
        assertThat(sync(m).count()).isZero();
    }

    @Test
    void shouldForgetWhatWasWrittenBeforeTheStart() {
        TestMachine m = TestMachine.flat32().with(SI, 0x8000).run("8906");
        m.accelerator.dirtyLog().start();
        assertThat(sync(m).count()).isZero();
        m.accelerator.dirtyLog().stop();
    }

    /** Copies reported pages while the guest writes; after the stop both copies are equal. */
    @Test
    @Timeout(60)
    void shouldMissNoWriteOfRunningGuest() throws InterruptedException {
        TestMachine m = TestMachine.flat32().with(SI, 0x8000);
        // INC dword [esi]; ADD esi,404h; AND esi,0ffffh; OR esi,8000h; loop for ever
        m.cpu.rip = TestMachine.CODE;
        byte[] code = {
            (byte) 0xFF,
            6,
            (byte) 0x81,
            (byte) 0xC6,
            4,
            4,
            0,
            0,
            (byte) 0x81,
            (byte) 0xE6,
            (byte) 0xFC,
            (byte) 0xFF,
            0,
            0,
            (byte) 0x81,
            (byte) 0xCE,
            0,
            (byte) 0x80,
            0,
            0,
            (byte) 0xEB,
            (byte) 0xEA
        };
        m.ram.asByteBuffer().put(TestMachine.CODE, code);
        MemorySegment copy = MemorySegment.ofArray(new byte[(int) m.ram.byteSize()]);
        m.accelerator.dirtyLog().start();
        copy.copyFrom(m.ram);
        try (var vcpu = m.accelerator.createVcpu(0, m.bus)) {
            vcpu.loadState(m.cpu);
            Thread guest = Thread.ofPlatform().start(() -> requireKicked(vcpu.run()));
            VarHandle firstWord = ValueLayout.JAVA_INT.varHandle();
            while ((int) firstWord.getVolatile(m.ram, 0x8000L) == 0) {
                Thread.onSpinWait(); // else the rounds may be over before the guest runs
            }
            for (int round = 0; round < 3000; round++) {
                copyDirty(m, copy);
            }
            vcpu.kick();
            guest.join();
            vcpu.saveState(m.cpu);
            copyDirty(m, copy);
        }
        assertThat(copy.mismatch(m.ram)).isEqualTo(-1);
        assertThat(m.cpu.regs[CpuState.SI]).isNotEqualTo(0x8000);
    }

    private static void requireKicked(VcpuStop stop) {
        assertThat(stop).isInstanceOf(VcpuStop.Kicked.class);
    }

    private static void copyDirty(TestMachine m, MemorySegment copy) {
        DirtyBitmap dirty = sync(m);
        for (long page = dirty.nextSet(0); page >= 0; page = dirty.nextSet(page + 1)) {
            MemorySegment.copy(m.ram, page * 4096, copy, page * 4096, 4096);
        }
    }

    private static DirtyBitmap sync(TestMachine m) {
        DirtyBitmap dirty = new DirtyBitmap(m.block.pages());
        m.accelerator.dirtyLog().sync(m.block, dirty);
        return dirty;
    }
}
