package io.jvmm.guest.interp;

import java.util.List;

/**
 * What follows an opcode, and what the instruction does: a line of the opcode map.
 *
 * @param operation what it does
 * @param isByte operands of one byte, whatever the prefixes say
 * @param hasModRm a ModRM byte follows
 * @param immediate what follows that
 * @param group the eight instructions that the middle bits of ModRM choose from, empty = no group
 */
record Form(
        Operation operation,
        boolean isByte,
        boolean hasModRm,
        Immediate immediate,
        List<Form> group) {

    /** The constant at the end of an instruction. */
    enum Immediate {
        NONE,
        /** One byte, sign-extended. */
        BYTE,
        /** Two bytes. */
        WORD,
        /** As wide as the operand. */
        FULL,
        /** An address of a memory operand, as wide as addresses are. */
        ADDRESS,
        /** An offset as wide as the operand, and a selector. */
        FAR
    }

    /** An opcode without an instruction. */
    static final Form UNKNOWN = plain(Instruction.UNKNOWN);

    static Form plain(Operation operation) {
        return new Form(operation, false, false, Immediate.NONE, List.of());
    }

    static Form modRm(Operation operation) {
        return new Form(operation, false, true, Immediate.NONE, List.of());
    }

    /** Eight members in the order of the middle bits of ModRM. */
    static Form group(Form... members) {
        return new Form(Instruction.UNKNOWN, false, true, Immediate.NONE, List.of(members));
    }

    Form bytes() {
        List<Form> members = group.stream().map(Form::bytes).toList();
        return new Form(operation, true, hasModRm, immediate, members);
    }

    Form with(Immediate kind) {
        return new Form(operation, isByte, hasModRm, kind, group);
    }

    Form member(int reg) {
        return group.isEmpty() ? this : group.get(reg);
    }
}
