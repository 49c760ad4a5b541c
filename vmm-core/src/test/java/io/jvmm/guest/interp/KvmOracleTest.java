package io.jvmm.guest.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.RecordingBus;
import io.jvmm.guest.SegmentState;
import io.jvmm.guest.VcpuEngine;
import io.jvmm.guest.VcpuStop;
import io.jvmm.guest.kvm.KvmAccelerator;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same programs on the interpreter and on KVM: same registers, flags and memory. */
@Timeout(120)
class KvmOracleTest {

    private static final int CODE = 0x1000;
    private static final int DATA = 0x2000;
    private static final int DATA_SIZE = 64;
    private static final int STACK = 0x3000;
    private static final int RAM_SIZE = 0x10000;
    private static final int PROGRAMS = 2000;

    private final SplittableRandom random = new SplittableRandom(42);

    @Test
    void shouldAgreeWithKvm() {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "there is no usable /dev/kvm");
        try (GuestMemory own = GuestMemory.allocate("ram", RAM_SIZE);
                GuestMemory real = GuestMemory.allocate("ram", RAM_SIZE);
                Accelerator interp = new InterpAccelerator(own.block());
                Accelerator kvm = new KvmAccelerator(real.block());
                VcpuEngine ownVcpu = interp.createVcpu(0, new RecordingBus());
                VcpuEngine realVcpu = kvm.createVcpu(0, new RecordingBus())) {
            for (int i = 0; i < PROGRAMS; i++) {
                byte[] program = RandomProgram.of(random, 1 + i % 30);
                CpuState start = randomState();
                byte[] data = new byte[DATA_SIZE];
                random.nextBytes(data);
                String expected = run(realVcpu, real, program, data, start);
                String actual = run(ownVcpu, own, program, data, start);
                String listing = HexFormat.of().formatHex(program);
                assertThat(actual)
                        .as("program %s on %s", listing, registers(start))
                        .isEqualTo(expected);
            }
        }
    }

    private CpuState randomState() {
        CpuState cpu = new CpuState();
        cpu.cr0 = 0x11;
        for (SegmentState segment : cpu.segs) {
            segment.set(0x10, 0, -1, SegmentState.FLAT_DATA);
        }
        cpu.segs[CpuState.CS].set(8, 0, -1, SegmentState.FLAT_CODE);
        for (int i = 0; i < 8; i++) {
            cpu.regs[i] = Integer.toUnsignedLong(random.nextInt() >> random.nextInt(32));
        }
        cpu.regs[CpuState.SP] = STACK;
        cpu.regs[CpuState.SI] = DATA;
        cpu.rip = CODE;
        cpu.rflags = 2 | (random.nextInt() & 0x8D5);
        return cpu;
    }

    private static String run(
            VcpuEngine vcpu, GuestMemory memory, byte[] program, byte[] data, CpuState start) {
        memory.segment().fill((byte) 0);
        memory.write(CODE, program);
        memory.write(DATA, data);
        vcpu.loadState(start);
        VcpuStop stop = vcpu.run();
        CpuState end = new CpuState();
        vcpu.saveState(end);
        // not the stack: undefined flags were pushed there
        byte[] after = memory.segment().asSlice(DATA, DATA_SIZE).toArray(ValueLayout.JAVA_BYTE);
        return stop + " " + registers(end) + " data=" + HexFormat.of().formatHex(after);
    }

    private static String registers(CpuState cpu) {
        long[] general = Arrays.copyOf(cpu.regs, 8);
        return Arrays.toString(Arrays.stream(general).mapToObj(Long::toHexString).toArray())
                + " rip=%x rflags=%x".formatted(cpu.rip, cpu.rflags);
    }
}
