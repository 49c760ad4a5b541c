package io.jvmm.guest.interp;

import static io.jvmm.guest.CpuState.AX;
import static io.jvmm.guest.CpuState.BP;
import static io.jvmm.guest.CpuState.BX;
import static io.jvmm.guest.CpuState.CX;
import static io.jvmm.guest.CpuState.DI;
import static io.jvmm.guest.CpuState.DS;
import static io.jvmm.guest.CpuState.DX;
import static io.jvmm.guest.CpuState.ES;
import static io.jvmm.guest.CpuState.SI;
import static io.jvmm.guest.CpuState.SP;
import static io.jvmm.guest.CpuState.SS;
import static io.jvmm.guest.interp.TestMachine.CODE;
import static io.jvmm.guest.interp.TestMachine.DATA;
import static io.jvmm.guest.interp.TestMachine.STACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.SegmentState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moves, addressing, stack, jumps, ports, segments. */
class InstructionTest {

    @Test
    void shouldMoveBetweenRegistersMemoryAndConstants() {
        TestMachine m = TestMachine.flat32().with(SI, DATA).with(BX, 0x11223344);
        m.run("891e 66895e04 885e06 b87856341266 b9cdab b2ee");
        assertThat(m.u32(DATA)).isEqualTo(0x11223344);
        assertThat(m.u32(DATA + 4)).isEqualTo(0x00443344);
        assertThat(m.reg(AX)).isEqualTo(0x12345678);
        assertThat(m.reg(CX)).isEqualTo(0xABCD);
        assertThat(m.reg(DX)).isEqualTo(0xEE);
        m.run("8b0e 668b5604 8a06");
        assertThat(m.reg(CX)).isEqualTo(0x11223344);
        assertThat(m.reg(DX)).isEqualTo(0x3344);
        assertThat(m.reg(AX)).isEqualTo(0x12345644);
    }

    @Test
    void shouldStoreConstantsAndUseAbsoluteAddresses() {
        TestMachine m = TestMachine.flat32().with(AX, 0xCAFEBABEL);
        m.run("c7050020000078563412 c60504200000ff 66c705082000003412 a30c200000 a205200000");
        assertThat(m.u32(DATA)).isEqualTo(0x12345678);
        assertThat(m.u32(DATA + 4)).isEqualTo(0xBEFF);
        assertThat(m.u32(DATA + 8)).isEqualTo(0x1234);
        assertThat(m.u32(DATA + 12)).isEqualTo(0xCAFEBABE);
        m.run("a100200000 8a1d04200000");
        assertThat(m.reg(AX)).isEqualTo(0x12345678);
        assertThat(m.reg(BX)).isEqualTo(0xFF);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "base,              8d03,           1000",
        "base and disp8,    8d43f0,         ff0",
        "base and disp32,   8d8300010000,   1100",
        "absolute,          8d0544332211,   11223344",
        "base index scale,  8d448b04,       100c",
        "index absolute,    8d04cd00200000, 2010",
        "stack pointer,     8d442408,       4008",
        "16-bit bx si,      678d00,         1007",
        "16-bit bp disp8,   678d46ff,       2fff",
        "16-bit wraps,      678d87ffff,     fff",
        "16-bit result,     668d8300010000, 1100",
    })
    void shouldComputeAddresses(String name, String code, String expected) {
        TestMachine m =
                TestMachine.flat32().with(BX, 0x1000).with(CX, 2).with(SI, 7).with(BP, 0x3000);
        m.run(code);
        assertThat(Long.toHexString(m.reg(AX))).as(name).isEqualTo(expected);
    }

    @Test
    void shouldExtendAndExchange() {
        TestMachine m = TestMachine.flat32().with(BX, 0xFFFF8680L);
        m.run("0fb6c3 0fbecb 0fb7d3 0fbff3");
        assertThat(m.reg(AX)).isEqualTo(0x80);
        assertThat(m.reg(CX)).isEqualTo(0xFFFFFF80L);
        assertThat(m.reg(DX)).isEqualTo(0x8680);
        assertThat(m.reg(SI)).isEqualTo(0xFFFF8680L);
        m.run("93 87ca 90");
        assertThat(m.reg(AX)).isEqualTo(0xFFFF8680L);
        assertThat(m.reg(BX)).isEqualTo(0x80);
        assertThat(m.reg(CX)).isEqualTo(0x8680);
        TestMachine sign = TestMachine.flat32().with(AX, 0x80).run("6698 98 99");
        assertThat(sign.reg(AX)).isEqualTo(0xFFFFFF80L);
        assertThat(sign.reg(DX)).isEqualTo(0xFFFFFFFFL);
    }

    @Test
    void shouldPushPopCallAndReturn() {
        TestMachine m = TestMachine.flat32().with(AX, 0x12345678);
        m.run("50 6a ff 68 44332211 59 5a 5b");
        assertThat(m.reg(CX)).isEqualTo(0x11223344);
        assertThat(m.reg(DX)).isEqualTo(0xFFFFFFFFL);
        assertThat(m.reg(BX)).isEqualTo(0x12345678);
        assertThat(m.reg(SP)).isEqualTo(STACK);

        TestMachine call = TestMachine.flat32().run("e801000000 f4 43 c3");
        assertThat(call.reg(BX)).isEqualTo(1);
        assertThat(call.cpu.rip).isEqualTo(CODE + 6);
        assertThat(call.reg(SP)).isEqualTo(STACK);

        TestMachine indirect = TestMachine.flat32().with(CX, CODE + 4);
        indirect.run("ffd1 f4 90 43 c20400");
        assertThat(indirect.reg(SP)).isEqualTo(STACK + 4);
    }

    @Test
    void shouldPushAndPopFlags() {
        TestMachine m = TestMachine.flat32().flags(0x8D5).run("9c 58");
        assertThat(m.reg(AX)).isEqualTo(0x8D7);
        TestMachine back = TestMachine.flat32().with(AX, 0x244).run("50 9d");
        assertThat(back.flags()).isEqualTo(0x246);
        TestMachine set = TestMachine.flat32().run("f9 fd fb");
        assertThat(set.flags()).isEqualTo(0x603);
        assertThat(TestMachine.flat32().flags(0x601).run("f5 fc fa").flags()).isEqualTo(2);
    }

    @ParameterizedTest(name = "condition {0} with flags {1}")
    @CsvSource({
        "0, 800, true",
        "0, 0, false",
        "1, 0, true",
        "2, 1, true",
        "3, 1, false",
        "4, 40, true",
        "5, 40, false",
        "6, 1, true",
        "6, 40, true",
        "7, 0, true",
        "8, 80, true",
        "9, 80, false",
        "a, 4, true",
        "b, 4, false",
        "c, 80, true",
        "c, 880, false",
        "d, 880, true",
        "e, 40, true",
        "e, 800, true",
        "f, 0, true",
        "f, 80, false",
    })
    void shouldJumpAndSetOnCondition(String condition, String flags, boolean taken) {
        int value = Integer.parseInt(flags, 16);
        // Jcc over INC EBX; the near form; SETcc DL
        TestMachine m = TestMachine.flat32().flags(value);
        m.run("7" + condition + "01 43");
        assertThat(m.reg(BX)).isEqualTo(taken ? 0 : 1);
        TestMachine near = TestMachine.flat32().flags(value);
        near.run("0f8" + condition + "01000000 43");
        assertThat(near.reg(BX)).isEqualTo(taken ? 0 : 1);
        TestMachine set = TestMachine.flat32().flags(value).with(DX, 0x77);
        set.run("0f9" + condition + "c2");
        assertThat(set.reg(DX)).isEqualTo(taken ? 1 : 0);
    }

    @Test
    void shouldLoop() {
        assertThat(TestMachine.flat32().with(CX, 5).run("43 e2fd").reg(BX)).isEqualTo(5);
        assertThat(TestMachine.flat32().with(CX, 0).run("e301 43").reg(BX)).isZero();
        assertThat(TestMachine.flat32().run("eb01 43").reg(BX)).isZero();
        assertThat(TestMachine.flat32().run("e901000000 43").reg(BX)).isZero();
        TestMachine indirect = TestMachine.flat32().with(AX, CODE + 3).run("ffe0 43");
        assertThat(indirect.reg(BX)).isZero();
    }

    @Test
    void shouldReachPorts() {
        TestMachine m = TestMachine.flat32().with(AX, 0x11223344).with(DX, 0x3F8);
        m.bus.answer(0xAABBCCDDL);
        m.run("ee 66ef ef e692 ec ed e492");
        assertThat(m.bus.accesses())
                .containsExactly(
                        "out 0x3f8 size=1 0x44",
                        "out 0x3f8 size=2 0x3344",
                        "out 0x3f8 size=4 0x11223344",
                        "out 0x92 size=1 0x44",
                        "in 0x3f8 size=1",
                        "in 0x3f8 size=4",
                        "in 0x92 size=1");
        assertThat(m.reg(AX)).isEqualTo(0xAABBCCDDL);
    }

    @Test
    void shouldEnterProtectedModeFromRealMode() {
        TestMachine m = TestMachine.realMode();
        m.u32(DATA, 0x2100_0017);
        m.u32(DATA + 4, 0);
        m.u32(0x2108, 0x0000FFFF);
        m.u32(0x210C, 0x00CF9A00);
        m.u32(0x2110, 0x0000FFFF);
        m.u32(0x2114, 0x00CF9200);
        // LGDT [2000]; MOV EAX,1; MOV CR0,EAX; far jump to 8:1014; then 32-bit: MOV AX,10; MOV
        // DS,AX
        m.run("0f01160020 66b801000000 0f22c0 66ea161000000800 66b81000 8ed8 0f20c1");
        assertThat(m.cpu.cr0).isEqualTo(0x11);
        assertThat(m.reg(CX)).isEqualTo(0x11);
        assertThat(m.cpu.gdt.base).isEqualTo(0x2100);
        assertThat(m.cpu.segs[CpuState.CS].toString())
                .isEqualTo("selector=0x8 base=0x0 limit=0xffffffff flags=0xc09b00");
        assertThat(m.cpu.segs[DS].toString())
                .isEqualTo("selector=0x10 base=0x0 limit=0xffffffff flags=0xc09300");
    }

    @Test
    void shouldUseSegmentBasesAndOverrides() {
        TestMachine m = TestMachine.realMode().with(AX, 0x200).with(BX, 5);
        m.u32(DATA + 5, 0x1234);
        m.run("8ed8 8b0f 8ec0 268b17 8cde 8ed0 8c164000");
        assertThat(m.reg(CX)).isEqualTo(0x1234);
        assertThat(m.reg(DX)).isEqualTo(0x1234);
        assertThat(m.reg(SI)).isEqualTo(0x200);
        assertThat(m.u32(DATA + 0x40)).isEqualTo(0x200);
        assertThat(m.cpu.segs[ES].base).isEqualTo(0x2000);
        assertThat(m.cpu.segs[SS].selector).isEqualTo(0x200);
    }

    @Test
    void shouldAddressThroughTheStackSegment() {
        TestMachine m = TestMachine.flat32().with(BP, 0x10).with(DI, 0x20);
        m.cpu.segs[SS].set(0x18, DATA, 0xFFFF, SegmentState.FLAT_DATA);
        m.u32(DATA + 0x10, 77);
        m.u32(0x10, 66);
        m.run("8b4500 3e8b5d00");
        assertThat(m.reg(AX)).isEqualTo(77);
        assertThat(m.reg(BX)).isEqualTo(66);
    }

    @Test
    void shouldRunCodeThatRewritesItself() {
        // the first pass changes the constant of MOV BL, then jumps back to it
        TestMachine m = TestMachine.flat32();
        m.run("b301 80fb02 7409 c6050110000002 ebf0");
        assertThat(m.reg(BX)).isEqualTo(2);
    }

    @Test
    void shouldRunCodeAtTheEndOfRam() {
        TestMachine m = TestMachine.flat32();
        long last = m.ram.byteSize() - 3;
        m.ram.asByteBuffer().put((int) last, new byte[] {(byte) 0xB3, 9, (byte) 0xF4});
        m.with(AX, last).runToStop("ffe0");
        assertThat(m.reg(BX)).isEqualTo(9);
    }
}
