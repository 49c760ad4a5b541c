package io.jvmm.guest.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.RecordingBus;
import io.jvmm.guest.VcpuStop;
import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // a lost kick would hang for ever
class KvmDirtyLogTest {
    private static final long RAM = 2 << 20;
    private static final int PAGE = RamBlock.PAGE_SIZE;
    private static final String FILL =
            "88 06 01 ce 39 fe 72 f8 f4"; // loop: mov [esi],al; add esi,ecx; cmp esi,edi; jb loop;

    // hlt

    /** For ever: count up in every page from 1 MiB on. */
    private static final String SWEEP =
            "be 00 00 10 00 fe 06 81 c6 00 10 00 00 81 fe 00 00 20 00 75 f0 eb e9";

    private final RecordingBus bus = new RecordingBus();

    @Test
    void shouldReportAtLeastWhatTheGuestWrote() {
        try (KvmMachine machine = new KvmMachine(RAM, bus).code(FILL)) {
            DirtyLog log = machine.accelerator.dirtyLog();
            DirtyBitmap dirty = new DirtyBitmap(RAM / PAGE);
            log.start();
            fill(machine, 0x10_0000, 0x10_0000 + 70 * PAGE, PAGE);
            log.sync(machine.memory.block(), dirty);
            for (long page = 0x100; page < 0x100 + 70; page++) {
                assertThat(dirty.testAndClear(page)).as("page %d", page).isTrue();
            }
            assertThat(dirty.count()).isLessThan(8); // nothing, or some page tables

            dirty.clearAll();
            log.sync(machine.memory.block(), dirty);
            assertThat(dirty.testAndClear(0x100)).as("reported once").isFalse();

            fill(machine, 0x18_0000, 0x18_0000 + 1, PAGE);
            fill(machine, 0x10_0000, 0x10_0000 + 1, PAGE);
            log.sync(machine.memory.block(), dirty);
            assertThat(dirty.testAndClear(0x180)).isTrue();
            assertThat(dirty.testAndClear(0x100)).as("watched again").isTrue();
            assertThat(dirty.testAndClear(0x101)).isFalse();
        }
    }

    @Test
    void shouldKeepBitsThatWereSetBefore() {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            DirtyBitmap dirty = new DirtyBitmap(RAM / PAGE);
            dirty.set(77);
            machine.accelerator.dirtyLog().start();
            machine.accelerator.dirtyLog().sync(machine.memory.block(), dirty);
            assertThat(dirty.testAndClear(77)).isTrue();
        }
    }

    @Test
    void shouldBeginAgainAfterAStop() {
        try (KvmMachine machine = new KvmMachine(RAM, bus).code(FILL)) {
            DirtyLog log = machine.accelerator.dirtyLog();
            DirtyBitmap dirty = new DirtyBitmap(RAM / PAGE);
            log.stop();
            log.start();
            fill(machine, 0x10_0000, 0x10_0000 + 1, PAGE);
            log.stop();
            log.start();
            fill(machine, 0x11_0000, 0x11_0000 + 1, PAGE);
            log.sync(machine.memory.block(), dirty);
            assertThat(dirty.testAndClear(0x110)).isTrue();
            assertThat(dirty.testAndClear(0x100)).isFalse();
        }
    }

    @Test
    void shouldIgnoreABlockThatIsNotItsOwn() {
        try (KvmMachine machine = new KvmMachine(RAM, bus);
                Arena arena = Arena.ofConfined()) {
            RamBlock other = new RamBlock("other", arena.allocate(PAGE, PAGE));
            DirtyBitmap dirty = new DirtyBitmap(1);
            machine.accelerator.dirtyLog().start();
            machine.accelerator.dirtyLog().sync(other, dirty);
            assertThat(dirty.count()).isZero();
        }
    }

    /** A copy that follows the log while the guest writes is equal to RAM after one last pass. */
    @Test
    void shouldLetACopyCatchUpWithARunningGuest() throws Exception {
        CountDownLatch made = new CountDownLatch(1);
        KvmMachine.assumeKvm();
        KvmMachine[] shared = new KvmMachine[1];
        Thread vcpu =
                Thread.ofPlatform()
                        .start(() -> {
                            shared[0] = new KvmMachine(RAM, bus).code(SWEEP);
                            shared[0].vcpu.loadState(KvmMachine.flat32());
                            made.countDown();
                            assertThat(shared[0].vcpu.run()).isSameAs(VcpuStop.KICKED);
                        });
        made.await();
        KvmMachine machine = shared[0];
        DirtyLog log = machine.accelerator.dirtyLog();
        DirtyBitmap dirty = new DirtyBitmap(RAM / PAGE);
        MemorySegment copy = Arena.ofAuto().allocate(RAM);
        log.start();
        dirty.setAll();
        for (int round = 0; round < 12; round++) {
            copyDirtyPages(machine, dirty, copy);
            awaitProgress(machine);
            log.sync(machine.memory.block(), dirty);
        }
        machine.vcpu.kick();
        vcpu.join();
        assertThat(machine.memory.segment().mismatch(copy)).isNotEqualTo(-1);
        log.sync(machine.memory.block(), dirty);
        assertThat(dirty.count()).isPositive();
        copyDirtyPages(machine, dirty, copy);
        assertThat(machine.memory.segment().mismatch(copy)).isEqualTo(-1);
        machine.close();
    }

    @Test
    void shouldSyncWithoutAllocating() {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            DirtyLog log = machine.accelerator.dirtyLog();
            DirtyBitmap dirty = new DirtyBitmap(RAM / PAGE);
            log.start();
            assertThat(HeapBytes.ofThousand(() -> log.sync(machine.memory.block(), dirty)))
                    .isZero();
        }
    }

    private static void awaitProgress(KvmMachine machine) {
        byte before = machine.memory.segment().get(JAVA_BYTE, RAM - PAGE);
        while (machine.memory.segment().get(JAVA_BYTE, RAM - PAGE) == before) {
            Thread.onSpinWait();
        }
    }

    private static void copyDirtyPages(KvmMachine machine, DirtyBitmap dirty, MemorySegment copy) {
        for (long page = dirty.nextSet(0); page >= 0; page = dirty.nextSet(page + 1)) {
            dirty.testAndClear(page);
            MemorySegment.copy(machine.memory.segment(), page * PAGE, copy, page * PAGE, PAGE);
        }
    }

    private static void fill(KvmMachine machine, int from, int to, int step) {
        CpuState cpu = KvmMachine.flat32();
        cpu.regs[CpuState.AX] = 1;
        cpu.regs[CpuState.SI] = from;
        cpu.regs[CpuState.DI] = to;
        cpu.regs[CpuState.CX] = step;
        machine.vcpu.loadState(cpu);
        assertThat(machine.vcpu.run()).isSameAs(VcpuStop.HALTED);
    }
}
