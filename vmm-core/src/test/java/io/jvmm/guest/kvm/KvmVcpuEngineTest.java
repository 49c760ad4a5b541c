package io.jvmm.guest.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.IoBus;
import io.jvmm.guest.RecordingBus;
import io.jvmm.guest.VcpuStop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // a lost kick would hang for ever
class KvmVcpuEngineTest {
    private static final long RAM = 1 << 20;
    private static final String LOOP = "eb fe"; // jmp $

    private final RecordingBus bus = new RecordingBus();

    @Test
    void shouldDeliverPortAccessesAndHalt() {
        bus.answer(0xABCD);
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            // mov eax,0x11223344; out 0x80,eax; mov dx,0x3f8; out dx,al; xor eax,eax; in ax,0x60;
            // hlt
            machine.code("b8 44 33 22 11 e7 80 66 ba f8 03 ee 31 c0 66 e5 60 f4");
            machine.vcpu.loadState(KvmMachine.flat32());
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.HALTED);
            assertThat(bus.accesses())
                    .containsExactly(
                            "out 0x80 size=4 0x11223344",
                            "out 0x3f8 size=1 0x44",
                            "in 0x60 size=2");
            assertThat(machine.saved().regs[CpuState.AX]).isEqualTo(0xABCD);
        }
    }

    @Test
    void shouldDeliverAccessesOutsideRam() {
        AtomicInteger written = new AtomicInteger();
        IoBus mmio = new MemoryBus(written);
        try (KvmMachine machine = new KvmMachine(RAM, mmio)) {
            // mov dword [0x200000],0x55667788; movzx eax,word [0x300002]; hlt
            machine.code("c7 05 00 00 20 00 88 77 66 55 0f b7 05 02 00 30 00 f4");
            machine.vcpu.loadState(KvmMachine.flat32());
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.HALTED);
            assertThat(written).hasValue(0x55667788);
            assertThat(machine.saved().regs[CpuState.AX]).isEqualTo(0x0002);
        }
    }

    @Test
    void shouldReportACrashWithAddressAndBytes() {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.code("90 0f 0b 90 90"); // nop; ud2 without a vector table
            CpuState cpu = KvmMachine.flat32();
            cpu.idt.set(0, 0, 0, 0);
            machine.vcpu.loadState(cpu);
            assertThat(machine.vcpu.run())
                    .isInstanceOfSatisfying(
                            VcpuStop.Crashed.class,
                            crash -> {
                                assertThat(crash.text()).isEqualTo("triple fault");
                                assertThat(crash.address()).isEqualTo(KvmMachine.CODE + 1);
                                assertThat(crash.bytes()).startsWith("0f 0b 90 90");
                            });
        }
    }

    @Test
    void shouldReportAnAccessToNothingAndRunAnotherStateAfterwards() {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            machine.code("a1 00 00 20 00 f4"); // mov eax,[0x200000]; hlt
            machine.vcpu.loadState(KvmMachine.flat32());
            assertThat(machine.vcpu.run())
                    .isInstanceOfSatisfying(
                            VcpuStop.Crashed.class,
                            crash -> {
                                assertThat(crash.text()).isEqualTo("nothing at address 0x200000");
                                assertThat(crash.bytes()).startsWith("a1 00 00 20 00 f4");
                            });
            machine.code("40 f4"); // inc eax; hlt
            CpuState cpu = KvmMachine.flat32();
            cpu.regs[CpuState.AX] = 41;
            machine.vcpu.loadState(cpu);
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.HALTED);
            assertThat(machine.saved().regs[CpuState.AX]).isEqualTo(42);
        }
    }

    @Test
    void shouldReturnAtOnceAfterAnEarlierKick() {
        try (KvmMachine machine = new KvmMachine(RAM, bus).code(LOOP)) {
            machine.vcpu.loadState(KvmMachine.flat32());
            machine.vcpu.kick();
            machine.vcpu.kick();
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.KICKED);
        }
    }

    @Test
    void shouldCompleteThePortAccessBeforeItReportsAKick() {
        KickingBus kicking = new KickingBus();
        try (KvmMachine machine = new KvmMachine(RAM, kicking)) {
            machine.code("e5 60 40 f4"); // in eax,0x60; inc eax; hlt
            kicking.machine = machine;
            machine.vcpu.loadState(KvmMachine.flat32());
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.KICKED);
            CpuState stopped = machine.saved();
            assertThat(stopped.rip).isEqualTo(KvmMachine.CODE + 2);
            assertThat(stopped.regs[CpuState.AX]).isEqualTo(0x1234);
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.HALTED);
            assertThat(machine.saved().regs[CpuState.AX]).isEqualTo(0x1235);
        }
    }

    /** The kicker is quicker than the vCPU at times, so kicks hit every point of the entry. */
    @Test
    void shouldNotLoseOneKickOfTwoThousand() throws Exception {
        int kicks = 2000;
        try (KvmMachine machine = new KvmMachine(RAM, bus).code(LOOP)) {
            machine.vcpu.loadState(KvmMachine.flat32());
            AtomicInteger requested = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            Thread kicker =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 1; i <= kicks; i++) {
                                    requested.set(i);
                                    machine.vcpu.kick();
                                    while (seen.get() < i) {
                                        Thread.onSpinWait();
                                    }
                                }
                            });
            while (seen.get() < kicks) {
                if (requested.get() == seen.get()) {
                    assertThat(machine.vcpu.run()).isSameAs(VcpuStop.KICKED);
                }
                seen.set(requested.get());
            }
            kicker.join();
            assertThat(seen).hasValue(kicks);
        }
    }

    @Test
    void shouldIgnoreKicksAfterClose() {
        KvmMachine machine = new KvmMachine(RAM, bus);
        machine.close();
        machine.vcpu.kick();
    }

    @Test
    void shouldRunTwoVcpusAtOnce() throws Exception {
        try (KvmMachine machine = new KvmMachine(RAM, bus)) {
            // first: wait until [0x2000] is 1, halt; second: set it, halt
            machine.code("80 3d 00 20 00 00 01 75 f7 f4");
            machine.memory.write(
                    0x1800, new byte[] {(byte) 0xc6, 5, 0, 0x20, 0, 0, 1, (byte) 0xf4});
            CountDownLatch ready = new CountDownLatch(1);
            Thread second =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (var vcpu = machine.accelerator.createVcpu(1, bus)) {
                                    CpuState cpu = KvmMachine.flat32();
                                    cpu.rip = 0x1800;
                                    vcpu.loadState(cpu);
                                    ready.countDown();
                                    vcpu.run();
                                }
                            });
            ready.await();
            machine.vcpu.loadState(KvmMachine.flat32());
            assertThat(machine.vcpu.run()).isSameAs(VcpuStop.HALTED);
            second.join();
        }
    }

    /** Kicks the vCPU from inside a port access. */
    private static final class KickingBus implements IoBus {
        private @Nullable KvmMachine machine;

        @Override
        public long in(int port, int size) {
            if (machine != null) {
                machine.vcpu.kick();
            }
            return 0x1234;
        }

        @Override
        public void out(int port, int size, long value) {}

        @Override
        public long readMmio(long address, int size) {
            return 0;
        }

        @Override
        public void writeMmio(long address, int size, long value) {}
    }

    /** Answers a read with the low half of the address. */
    private record MemoryBus(AtomicInteger written) implements IoBus {
        @Override
        public long in(int port, int size) {
            return -1;
        }

        @Override
        public void out(int port, int size, long value) {}

        @Override
        public long readMmio(long address, int size) {
            return address & 0xFFFF;
        }

        @Override
        public void writeMmio(long address, int size, long value) {
            written.set((int) value);
        }
    }
}
