package io.jvmm.guest.interp;

/** What a decoded instruction does. The instruction pointer stands behind the instruction. */
@FunctionalInterface
interface Operation {

    void execute(Processor cpu, Instruction i);
}
