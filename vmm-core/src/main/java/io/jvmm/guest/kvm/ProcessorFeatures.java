package io.jvmm.guest.kvm;

import io.jvmm.kvm.KvmCpuid;
import io.jvmm.kvm.KvmCpuid.Register;

/**
 * What CPUID answers to the guest: all that KVM supports, with the vCPU's own numbers, and without
 * state that the {@code cpu} section (version 12) cannot carry. It ends with AVX, so XCR0 has three
 * usable bits and there are no protection keys.
 */
final class ProcessorFeatures {
    private static final int BASIC = 1;
    private static final int EXTENDED = 7;
    private static final int TOPOLOGY = 0xB;
    private static final int EXTENDED_STATE = 0xD;
    private static final int TOPOLOGY_2 = 0x1F;
    private static final int AMD_TOPOLOGY = 0x8000_001E;

    private static final int APIC_ID_SHIFT = 24;
    private static final int APIC_ID_BELOW = 0x00FF_FFFF;
    private static final int X87_SSE_AVX = 7;
    private static final int AVX512_FOUNDATION = 1 << 16;
    private static final int PROTECTION_KEYS = 1 << 3;

    /**
     * QEMU's default, and so that of {@link io.jvmm.guest.CpuState#mcgCap}: ten banks, control,
     * software recovery.
     */
    private static final long MACHINE_CHECK = 0x100_010A;

    private static final long BANKS = 0xFF;

    private ProcessorFeatures() {}

    /** Machine check as QEMU has it, as far as KVM supports it. */
    static long machineCheck(long supported) {
        return MACHINE_CHECK & (supported | BANKS);
    }

    /** Changes the table for a vCPU and returns it. */
    static KvmCpuid forVcpu(KvmCpuid table, int index) {
        for (int entry = 0; entry < table.count(); entry++) {
            switch (table.function(entry)) {
                case BASIC ->
                        table.set(
                                entry,
                                Register.EBX,
                                (table.get(entry, Register.EBX) & APIC_ID_BELOW)
                                        | index << APIC_ID_SHIFT);
                case EXTENDED -> limitExtended(table, entry);
                case TOPOLOGY, TOPOLOGY_2 -> table.set(entry, Register.EDX, index);
                case EXTENDED_STATE -> limitState(table, entry);
                case AMD_TOPOLOGY -> table.set(entry, Register.EAX, index);
                default -> {}
            }
        }
        return table;
    }

    private static void limitExtended(KvmCpuid table, int entry) {
        if (table.index(entry) == 0) {
            clear(table, entry, Register.EBX, AVX512_FOUNDATION);
            clear(table, entry, Register.ECX, PROTECTION_KEYS);
        }
    }

    /**
     * Sub-leaf 0 lists the components of XCR0, 1 those of the supervisor, the others describe one
     * each.
     */
    private static void limitState(KvmCpuid table, int entry) {
        switch (table.index(entry)) {
            case 0 -> {
                clear(table, entry, Register.EAX, ~X87_SSE_AVX);
                clear(table, entry, Register.EDX, -1);
            }
            case 1 -> {
                clear(table, entry, Register.ECX, -1);
                clear(table, entry, Register.EDX, -1);
            }
            default -> {}
        }
    }

    private static void clear(KvmCpuid table, int entry, Register register, int bits) {
        table.set(entry, register, table.get(entry, register) & ~bits);
    }
}
