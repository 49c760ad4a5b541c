package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;

/** Turns bytes into an {@link Instruction}. */
final class Decoder {

    private static final int MAXIMUM_LENGTH = 15;
    private static final int NO_OVERRIDE = -1;

    private final Processor cpu;
    private final OpcodeTable table = new OpcodeTable();
    private int start;
    private int position;
    private boolean operand32;
    private boolean address32;
    private int segmentOverride;

    Decoder(Processor cpu) {
        this.cpu = cpu;
    }

    Instruction decode(int offset) {
        start = offset;
        position = offset;
        operand32 = cpu.isCode32();
        address32 = operand32;
        segmentOverride = NO_OVERRIDE;
        int opcode = afterPrefixes();
        Instruction i = new Instruction();
        i.addressSize = address32 ? 4 : 2;
        i.reg = opcode & 7;
        Form form = opcode == 0x0F ? secondByte(i) : table.oneByte(opcode);
        form = operands(i, form);
        i.length = position - start;
        i.operation = form.operation();
        return i;
    }

    private Form secondByte(Instruction i) {
        int opcode = u8();
        i.reg = opcode & 7;
        return table.twoBytes(opcode);
    }

    private int afterPrefixes() {
        boolean code32 = cpu.isCode32();
        while (true) {
            int b = u8();
            switch (b) {
                case 0x66 -> operand32 = !code32;
                case 0x67 -> address32 = !code32;
                case 0x26 -> segmentOverride = CpuState.ES;
                case 0x2E -> segmentOverride = CpuState.CS;
                case 0x36 -> segmentOverride = CpuState.SS;
                case 0x3E -> segmentOverride = CpuState.DS;
                case 0x64 -> segmentOverride = CpuState.FS;
                case 0x65 -> segmentOverride = CpuState.GS;
                default -> {
                    return b;
                }
            }
        }
    }

    /** Reads what follows the opcode; a group is replaced by its member. */
    private Form operands(Instruction i, Form opcodeForm) {
        Form form = opcodeForm;
        i.segment = segmentOverride == NO_OVERRIDE ? CpuState.DS : segmentOverride;
        if (form.hasModRm()) {
            modRm(i);
            form = form.member(i.reg);
        }
        i.size = form.isByte() ? 1 : operandSize();
        immediate(i, form.immediate());
        return form;
    }

    private int operandSize() {
        return operand32 ? 4 : 2;
    }

    private void immediate(Instruction i, Form.Immediate kind) {
        switch (kind) {
            case NONE -> {}
            case BYTE -> i.immediate = (byte) u8();
            case WORD -> i.immediate = u16();
            case FULL -> i.immediate = i.size == 1 ? u8() : offset(operand32);
            case ADDRESS -> i.displacement = offset(address32);
            case FAR -> {
                i.immediate = offset(operand32);
                i.selector = u16();
            }
        }
    }

    private int offset(boolean of32Bits) {
        return of32Bits ? s32() : u16();
    }

    private void modRm(Instruction i) {
        int modRm = u8();
        i.reg = modRm >> 3 & 7;
        int mode = modRm >> 6;
        int rm = modRm & 7;
        if (mode == 3) {
            i.rm = rm;
        } else if (address32) {
            address32(i, mode, rm);
        } else {
            address16(i, mode, rm);
        }
        boolean onStack = i.base == CpuState.BP || i.base == CpuState.SP;
        if (onStack && segmentOverride == NO_OVERRIDE) {
            i.segment = CpuState.SS;
        }
    }

    private void address32(Instruction i, int mode, int rm) {
        int base = rm;
        if (rm == 4) {
            int sib = u8();
            base = sib & 7;
            i.scale = sib >> 6;
            int index = sib >> 3 & 7;
            i.index = index == 4 ? Instruction.NONE : index;
        }
        boolean absolute = mode == 0 && base == 5;
        i.base = absolute ? Instruction.NONE : base;
        if (absolute || mode == 2) {
            i.displacement = s32();
        } else if (mode == 1) {
            i.displacement = (byte) u8();
        }
    }

    private void address16(Instruction i, int mode, int rm) {
        boolean absolute = mode == 0 && rm == 6;
        if (!absolute) {
            i.base =
                    switch (rm) {
                        case 0, 1, 7 -> CpuState.BX;
                        case 2, 3, 6 -> CpuState.BP;
                        case 4 -> CpuState.SI;
                        default -> CpuState.DI;
                    };
            i.index =
                    switch (rm) {
                        case 0, 2 -> CpuState.SI;
                        case 1, 3 -> CpuState.DI;
                        default -> Instruction.NONE;
                    };
        }
        if (absolute || mode == 2) {
            i.displacement = u16();
        } else if (mode == 1) {
            i.displacement = (byte) u8();
        }
    }

    private int u8() {
        int offset = position++;
        if (position - start > MAXIMUM_LENGTH) {
            throw new Fault("instruction longer than 15 bytes");
        }
        if (!cpu.isWithinCode(offset, 1)) {
            throw new Fault("code beyond the segment limit");
        }
        return cpu.memory.codeByte(cpu.codeAddress(offset));
    }

    private int u16() {
        int low = u8();
        return low | u8() << 8;
    }

    private int s32() {
        int low = u16();
        return low | u16() << 16;
    }
}
