package io.jvmm.device;

import static io.jvmm.device.DeviceBytes.hex;
import static io.jvmm.device.DeviceBytes.load;
import static io.jvmm.device.DeviceBytes.resource;
import static io.jvmm.device.DeviceBytes.saved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.CpuState;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamFormatException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSectionsTest {
    private static final int BASE_SIZE = 1817;
    private static final int HFLAGS_AT = 144;
    private static final int FORMAT_AT = 154;
    private static final int MP_STATE_AT = 1153;
    private static final int XCR0_AT = 1545;

    private static CpuState loaded(String name) {
        CpuView view = new CpuView(new CpuState());
        load(CpuSections.CPU, view, resource(name));
        return view.cpu;
    }

    private static byte[] withU32(int offset, int value) {
        byte[] payload = resource("cpu-tcg.bin");
        for (int i = 0; i < 4; i++) {
            payload[offset + i] = (byte) (value >>> (24 - 8 * i));
        }
        return payload;
    }

    private static void assertRefused(String message, byte[] payload) {
        assertThatThrownBy(() -> load(CpuSections.CPU, new CpuView(new CpuState()), payload))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("name=cpu " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu-tcg.bin", "cpu-kvm.bin", "cpu-registers.bin", "cpu-halted.bin"})
    void shouldEncodeWhatItDecodesFromQemu(String name) {
        byte[] payload = resource(name);
        CpuState cpu = loaded(name);
        CpuState copy = new CpuState();
        copy.copyFrom(cpu);
        assertThat(hex(saved(CpuSections.CPU, new CpuView(copy)))).isEqualTo(hex(payload));
    }

    @Test
    void shouldPutEachRegisterInItsPlace() {
        CpuState cpu = loaded("cpu-registers.bin");
        assertThat(cpu.regs)
                .startsWith(
                        0xDEADBEEFL,
                        0x55667788L,
                        0x12345678L,
                        0x11223344L,
                        0x7C00L,
                        0x87654321L,
                        0x9ABCDEF0L,
                        0x0FEDCBA9L);
        assertThat(cpu.rip).isEqualTo(0xFFFF0075L);
        assertThat(cpu.rflags).isEqualTo(0x406);
        assertThat(cpu.cr0).isEqualTo(0x60000011L);
        assertThat(cpu.cr2).isEqualTo(0xDEADBEEFL);
        assertThat(cpu.cr4).isEqualTo(0x600);
        assertThat(cpu.segs[CpuState.CS].selector).isEqualTo(8);
        assertThat(cpu.segs[CpuState.FS].base).isEqualTo(0x100000);
        assertThat(cpu.segs[CpuState.FS].flags).as("base bits included").isEqualTo(0x00CF9310);
        assertThat(cpu.gdt.base).isEqualTo(0xFFFF0078L);
        assertThat(cpu.gdt.limit).isEqualTo(0x1F);
        assertThat(cpu.xmm[6]).isEqualTo(0x11223344L);
        assertThat(cpu.xmm[10]).isEqualTo(0x55667788L);
        assertThat(cpu.xmm[11]).isEqualTo(0x11223344L);
        assertThat(cpu.fpuStatus >> 11 & 7).isEqualTo(6);
        assertThat(cpu.fpuTag).isEqualTo(0xC0);
        assertThat(cpu.fpuMantissa[6]).as("pi").isEqualTo(0xC90FDAA22168C235L);
        assertThat(cpu.fpuSignExponent[6]).isEqualTo(0x4000);
        assertThat(cpu.fpuMantissa[7]).as("one").isEqualTo(0x8000000000000000L);
        assertThat(cpu.fpuSignExponent[7]).isEqualTo(0x3FFF);
        assertThat(cpu.fpuInstructionPointer).isEqualTo(0xFFFF003BL);
    }

    @Test
    void shouldLoadOptionalStateAndItsDefaults() {
        CpuState tcg = loaded("cpu-tcg.bin");
        assertThat(tcg.pollControlMsr).isZero();
        assertThat(tcg.tscKhz).isZero();
        CpuState kvm = loaded("cpu-kvm.bin");
        assertThat(kvm.pollControlMsr).isEqualTo(1);
        assertThat(kvm.tscKhz).isPositive();
        assertThat(loaded("cpu-halted.bin").mpState).isEqualTo(3);
    }

    @Test
    void shouldKeepNothingOfThePreviousState() {
        CpuView view = new CpuView(new CpuState());
        view.cpu.tscKhz = 5;
        view.cpu.pollControlMsr = 7;
        load(CpuSections.CPU, view, Arrays.copyOf(resource("cpu-kvm.bin"), BASE_SIZE));
        assertThat(view.cpu.tscKhz).isZero();
        assertThat(view.cpu.pollControlMsr).isEqualTo(1);
        assertThat(saved(CpuSections.CPU, view)).hasSize(BASE_SIZE);
    }

    @Test
    void shouldRefuseStateThatItHasNoPlaceFor() {
        assertRefused("hflags=0x8", withU32(HFLAGS_AT, 0x08));
        assertRefused("hflags=0x80000", withU32(HFLAGS_AT, 0x80000));
        assertRefused("hflags=0x200040", withU32(HFLAGS_AT, 0x200040));
        assertRefused("mp_state=5", withU32(MP_STATE_AT, 5));
        assertRefused("mp_state=4294967295", withU32(MP_STATE_AT, -1));
        assertRefused("xcr0=0x0", withU32(XCR0_AT + 4, 0));
        byte[] format = resource("cpu-tcg.bin");
        format[FORMAT_AT + 1] = 1;
        assertRefused("fpregs_format=1", format);
    }

    @Test
    void shouldNameASubsectionThatItDoesNotKnow() {
        byte[] base = Arrays.copyOf(resource("cpu-tcg.bin"), BASE_SIZE);
        byte[] subsection = DeviceBytes.bytes("05 08 6370752f706b7275 00000001 00000000");
        byte[] payload = Arrays.copyOf(base, base.length + subsection.length);
        System.arraycopy(subsection, 0, payload, base.length, subsection.length);
        assertThatThrownBy(() -> load(CpuSections.CPU, new CpuView(new CpuState()), payload))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("name=cpu/pkru parent=cpu");
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] payload = resource("cpu-kvm.bin");
        for (int length = 0; length < payload.length; length++) {
            byte[] cut = Arrays.copyOf(payload, length);
            assertThatThrownBy(() ->
                            CpuSections.CPU.load(
                                    new CpuView(new CpuState()), DeviceBytes.reader(cut), 12))
                    .as("length %d", length)
                    .isInstanceOf(StreamEndException.class);
        }
    }

    @Test
    void shouldLoadCpuCommon() {
        CpuState cpu = new CpuState();
        load(CpuSections.CPU_COMMON, cpu, resource("cpu_common.bin"));
        assertThat(cpu.halted).isTrue();
        assertThat(cpu.interruptRequest).isZero();
        cpu.interruptRequest = 2;
        assertThat(hex(saved(CpuSections.CPU_COMMON, cpu))).isEqualTo("0000000100000002");
    }
}
