package io.jvmm.guest.interp;

import static io.jvmm.guest.CpuState.AX;
import static io.jvmm.guest.CpuState.BX;
import static io.jvmm.guest.CpuState.CX;
import static io.jvmm.guest.CpuState.DX;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results and flags (CF 1, PF 4, AF 10, ZF 40, SF 80, OF 800 in hex) of arithmetic. */
class ArithmeticTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "add eax ebx,           01d8,   00000001, 00000002, 0, 00000003, 004",
        "add carries,           01d8,   ffffffff, 00000001, 0, 00000000, 055",
        "add overflows,         01d8,   7fffffff, 00000001, 0, 80000000, 894",
        "add ax bx,             6601d8, 1234ffff, 00000001, 0, 12340000, 055",
        "add al bl,             00d8,   123456ff, 00000001, 0, 12345600, 055",
        "add ah bh,             00fc,   12348056, 00008000, 0, 12340056, 845",
        "or,                    09d8,   00000100, 00000200, 1, 00000300, 004",
        "adc with carry,        11d8,   ffffffff, 00000000, 1, 00000000, 055",
        "adc without,           11d8,   00000005, 00000001, 0, 00000006, 004",
        "sbb with carry,        19d8,   00000000, 00000000, 1, ffffffff, 095",
        "sbb of -1 with carry,  19d8,   00000000, ffffffff, 1, 00000000, 055",
        "and,                   21d8,   f0f0f0f0, 0ff00ff0, 1, 00f000f0, 004",
        "sub,                   29d8,   00000003, 00000005, 0, fffffffe, 091",
        "sub overflows,         29d8,   80000000, 00000001, 0, 7fffffff, 814",
        "xor to zero,           31d8,   12345678, 12345678, 1, 00000000, 044",
        "cmp keeps eax,         39d8,   00000001, 00000001, 0, 00000001, 044",
        "cmp eax with bl,       38d8,   00000001, 00000002, 0, 00000001, 095",
        "add to register,       03c3,   00000001, 00000002, 0, 00000003, 004",
        "add al imm,            0480,   00000080, 00000000, 0, 00000000, 845",
        "cmp eax imm32,         3d00000080, 7fffffff, 0, 0, 7fffffff, 885",
        "add imm8 extended,     83c0ff, 00000001, 00000000, 0, 00000000, 055",
        "sub imm32,             81e801000000, 00000000, 0, 0, ffffffff, 095",
        "or imm8 byte,          80c802, 00000000, 00000000, 0, 00000002, 000",
        "inc keeps carry,       40,     ffffffff, 00000000, 1, 00000000, 055",
        "inc overflows,         40,     7fffffff, 00000000, 0, 80000000, 894",
        "inc rm,                ffc0,   00000001, 00000000, 0, 00000002, 000",
        "inc al,                fec0,   000000ff, 00000000, 0, 00000000, 054",
        "dec keeps carry,       48,     00000000, 00000000, 1, ffffffff, 095",
        "dec al,                fec8,   00000080, 00000000, 0, 0000007f, 810",
        "test,                  85d8,   000000f0, 0000000f, 1, 000000f0, 044",
        "test al imm,           a880,   000000ff, 00000000, 0, 000000ff, 080",
        "test rm imm,           f7c000000080, 80000000, 0, 0, 80000000, 084",
        "not,                   f7d0,   0f0f0f0f, 00000000, 1, f0f0f0f0, 001",
        "neg,                   f7d8,   00000001, 00000000, 0, ffffffff, 095",
        "neg zero,              f7d8,   00000000, 00000000, 1, 00000000, 044",
        "neg smallest,          f7d8,   80000000, 00000000, 0, 80000000, 885",
    })
    void shouldGiveResultAndFlags(
            String name, String code, String a, String b, int carry, String result, String flags) {
        TestMachine machine =
                TestMachine.flat32()
                        .with(AX, Long.parseLong(a, 16))
                        .with(BX, Long.parseLong(b, 16))
                        .flags(carry)
                        .run(code);
        assertThat(Long.toHexString(machine.reg(AX)))
                .as(name)
                .isEqualTo(Long.toHexString(Long.parseLong(result, 16)));
        assertThat(Integer.toHexString(machine.flags() & ~2))
                .as("flags of " + name)
                .isEqualTo(Integer.toHexString(Integer.parseInt(flags, 16)));
    }

    @Test
    void shouldMultiply() {
        TestMachine wide = TestMachine.flat32().with(AX, 0xFFFFFFFFL).with(BX, 0xFFFFFFFFL);
        wide.run("f7e3");
        assertThat(wide.reg(AX)).isEqualTo(1);
        assertThat(wide.reg(DX)).isEqualTo(0xFFFFFFFEL);
        assertThat(wide.flags() & 0x801).isEqualTo(0x801);

        TestMachine signed = TestMachine.flat32().with(AX, 0xFFFFFFFFL).with(BX, 0xFFFFFFFFL);
        signed.run("f7eb");
        assertThat(signed.reg(AX)).isEqualTo(1);
        assertThat(signed.reg(DX)).isZero();
        assertThat(signed.flags() & 0x801).isZero();

        TestMachine bytes = TestMachine.flat32().with(AX, 0x1234_0010).with(BX, 0x20).run("f6e3");
        assertThat(bytes.reg(AX)).isEqualTo(0x1234_0200);

        TestMachine register = TestMachine.flat32().with(BX, 7).run("69c3fdffffff");
        assertThat((int) register.reg(AX)).isEqualTo(-21);
        TestMachine overflow = TestMachine.flat32().with(AX, 0x10000).with(BX, 0x10000);
        assertThat(overflow.run("0fafc3").flags() & 0x801).isEqualTo(0x801);
        assertThat(TestMachine.flat32().with(BX, 5).run("6bc3fe").reg(AX)).isEqualTo(0xFFFFFFF6L);
    }

    @Test
    void shouldDivide() {
        TestMachine unsigned = TestMachine.flat32().with(DX, 1).with(AX, 5).with(CX, 3).run("f7f1");
        assertThat(unsigned.reg(AX)).isEqualTo(0x1_0000_0005L / 3);
        assertThat(unsigned.reg(DX)).isEqualTo(0x1_0000_0005L % 3);

        TestMachine signed = TestMachine.flat32().with(AX, 0xFFFFFFF9L).with(CX, 2).run("99 f7f9");
        assertThat((int) signed.reg(AX)).isEqualTo(-3);
        assertThat((int) signed.reg(DX)).isEqualTo(-1);

        TestMachine bytes = TestMachine.flat32().with(AX, 0x0101).with(CX, 2).run("f6f1");
        assertThat(bytes.reg(AX)).isEqualTo(0x0180);
    }

    @ParameterizedTest(name = "{0} by {2}")
    @CsvSource({
        "rol, d3c0, 1, 80000001, 0, 00000003, 801",
        "rol, d3c0, 32, 80000001, 1, 80000001, 001",
        "ror, d3c8, 1, 00000001, 0, 80000000, 801",
        "rcl, d3d0, 1, 80000000, 0, 00000000, 801",
        "rcl, d3d0, 4, 80000001, 1, 0000001c, 000",
        "rcr, d3d8, 1, 00000001, 1, 80000000, 801",
        "shl, d3e0, 1, c0000000, 0, 80000000, 085",
        "shl, d3e0, 4, 12345678, 0, 23456780, 001",
        "shr, d3e8, 1, 80000001, 0, 40000000, 805",
        "sar, d3f8, 1, 80000001, 0, c0000000, 085",
        "sar, d3f8, 31, 80000000, 0, ffffffff, 084",
        "rol byte, d2c0, 4, 12345612, 0, 12345621, 001",
        "shl byte, d2e0, 1, 12345680, 0, 12345600, 845",
    })
    void shouldShift(
            String name, String code, int count, String a, int carry, String result, String flags) {
        TestMachine machine =
                TestMachine.flat32()
                        .with(AX, Long.parseLong(a, 16))
                        .with(CX, count)
                        .flags(carry)
                        .run(code);
        assertThat(Long.toHexString(machine.reg(AX)))
                .as(name)
                .isEqualTo(Long.toHexString(Long.parseLong(result, 16)));
        int defined = count == 1 ? 0x8C5 : 0x0C5;
        assertThat(Integer.toHexString(machine.flags() & defined))
                .as("flags of " + name)
                .isEqualTo(Integer.toHexString(Integer.parseInt(flags, 16) & defined));
    }

    @Test
    void shouldShiftByOneAndByImmediate() {
        assertThat(TestMachine.flat32().with(AX, 3).run("d1e0").reg(AX)).isEqualTo(6);
        assertThat(TestMachine.flat32().with(AX, 3).run("c1e004").reg(AX)).isEqualTo(0x30);
        assertThat(TestMachine.flat32().with(AX, 0x81).run("c0c804").reg(AX)).isEqualTo(0x18);
    }
}
