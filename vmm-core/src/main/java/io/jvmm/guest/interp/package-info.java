/**
 * The second accelerator: an x86 interpreter for where there is no {@code /dev/kvm}. Real mode and
 * 32-bit protected mode, without paging, at privilege level 0; no interrupts, no exceptions: what
 * would raise one is a crash of the guest.
 *
 * <pre>
 *   InterpVcpu ─ step ─► InstructionCache ─ miss ─► Decoder ─► OpcodeTable
 *                              │ Instruction
 *                              ▼
 *        Operation (Arithmetic, Shifts, Moves, Stack, Jumps, Ports, SystemOperations)
 *                              │
 *                              ▼
 *                  Processor (registers, Flags, segments) ─► PhysicalMemory ─► RAM, WriteLog, IoBus
 * </pre>
 *
 * <p>The instructions, by family (all with the prefixes 66, 67 and segment overrides):
 *
 * <ul>
 *   <li>ADD OR ADC SBB AND SUB XOR CMP TEST INC DEC NEG NOT MUL IMUL DIV IDIV, every form
 *   <li>ROL ROR RCL RCR SHL SHR SAR by 1, CL or an immediate
 *   <li>MOV (also of segment and control registers), MOVZX, MOVSX, LEA, XCHG, CBW, CWD, SETcc
 *   <li>PUSH, POP, PUSHF, POPF, CALL, RET near; Jcc, JMP near and far, LOOPcc, JCXZ
 *   <li>IN, OUT, HLT, NOP, CLI, STI, CLC, STC, CMC, CLD, STD, LGDT, LIDT
 * </ul>
 *
 * <p>Everything else stops the guest with the address and the bytes of the instruction.
 *
 * <p>Threads: one vCPU, one thread. RAM is shared without locks; {@code WriteLog} says why that is
 * enough for the dirty log.
 */
@NullMarked
package io.jvmm.guest.interp;

import org.jspecify.annotations.NullMarked;
