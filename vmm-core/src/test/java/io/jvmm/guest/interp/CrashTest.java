package io.jvmm.guest.interp;

import static io.jvmm.guest.CpuState.AX;
import static io.jvmm.guest.CpuState.BX;
import static io.jvmm.guest.CpuState.DX;
import static io.jvmm.guest.CpuState.SP;
import static io.jvmm.guest.interp.TestMachine.CODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.VcpuStop;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the interpreter cannot do stops the guest at the instruction, and nothing else. */
class CrashTest {

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({
        "0f0b, ud2, unknown instruction",
        "cc, int3, unknown instruction",
        "f0ff00, lock, unknown instruction",
        "d9c0, x87, unknown instruction",
        "ffff, group member, unknown instruction",
        "8dc0, lea of a register, unknown instruction",
        "8ec8, mov cs, unknown instruction",
        "0f22c9, mov cr1, unknown control register",
        "f7f3, division by zero, division by zero",
        "a100000080, nothing there, nothing at address 0x80000000",
        "a300000080, nothing there, nothing at address 0x80000000",
        "6766676667666766676667666766676690, too long, instruction longer than 15 bytes",
        "b818000000 8ed8, no descriptor, not a segment descriptor: selector=0x18",
        "b81c000000 8ed8, local descriptor, no such descriptor: selector=0x1c",
        "b800000080 0f22c0, paging, paging is not supported",
    })
    void shouldCrashWithAddressAndText(String code, String name, String text) {
        TestMachine m = TestMachine.flat32();
        VcpuStop stop = m.runToStop(code);
        assertThat(stop).as(name).isInstanceOf(VcpuStop.Crashed.class);
        VcpuStop.Crashed crash = (VcpuStop.Crashed) stop;
        assertThat(crash.text()).contains(text);
        assertThat(crash.address()).isEqualTo(m.cpu.instructionAddress());
        String firstBytes = code.substring(code.lastIndexOf(' ') + 1).substring(0, 2);
        assertThat(crash.bytes()).startsWith(firstBytes);
    }

    @Test
    void shouldLeaveRegistersOfFailedInstructionAlone() {
        TestMachine m = TestMachine.flat32().with(SP, 0x80000000L).with(AX, 5);
        assertThat(m.runToStop("43 50")).isInstanceOf(VcpuStop.Crashed.class);
        assertThat(m.reg(BX)).isEqualTo(1);
        assertThat(m.reg(SP)).isEqualTo(0x80000000L);
        assertThat(m.cpu.rip).isEqualTo(CODE + 1);
    }

    @Test
    void shouldCrashOutsideSegmentAndRam() {
        TestMachine real = TestMachine.realMode().with(BX, 0xFFFF);
        assertThat(real.runToStop("8b07").toString()).contains("beyond the segment limit");
        TestMachine flat = TestMachine.flat32().with(AX, 0x7FFFFFFF);
        assertThat(flat.runToStop("ffe0").toString())
                .contains("no code at this address address=0x7fffffff bytes=[]");
        TestMachine unusable = TestMachine.flat32().with(DX, 0);
        assertThat(unusable.runToStop("8eda a100000000").toString()).contains("segment limit");
    }

    @Test
    void shouldRefuseStateOfModesItDoesNotHave() {
        CpuState longMode = new CpuState();
        longMode.cr0 = 0x8000_0011L;
        longMode.efer = 0x500;
        TestMachine m = TestMachine.flat32();
        try (var vcpu = m.accelerator.createVcpu(0, m.bus)) {
            assertThatThrownBy(() -> vcpu.loadState(longMode))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("efer=0x500");
        }
    }

    /** Whatever the bytes are, the outcome is a stop, never an exception. */
    @Test
    @Timeout(60)
    void shouldSurviveRandomCode() {
        SplittableRandom random = new SplittableRandom(7);
        byte[] code = new byte[64];
        for (int round = 0; round < 20_000; round++) {
            random.nextBytes(code);
            TestMachine m = round % 2 == 0 ? TestMachine.flat32() : TestMachine.realMode();
            m.ram.asByteBuffer().put(CODE, code);
            for (int r = 0; r < 8; r++) {
                m.with(r, random.nextInt() >>> random.nextInt(24));
            }
            m.cpu.rip = CODE;
            try (var vcpu = m.accelerator.createVcpu(0, m.bus)) {
                vcpu.loadState(m.cpu);
                vcpu.kick();
                assertThat(vcpu.run()).isInstanceOf(VcpuStop.Kicked.class);
                Thread kicker = Thread.ofVirtual().start(vcpu::kick);
                assertThat(vcpu.run()).isNotNull();
                kicker.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
