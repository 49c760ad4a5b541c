package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.CCompiler;
import io.jvmm.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Request numbers and struct layouts, against pinned values and against the C compiler. */
class KvmLayoutTest {
    private static final Map<Ioctl, Long> REQUESTS =
            Map.ofEntries(
                    Map.entry(Kvm.KVM_GET_API_VERSION, 0xae00L),
                    Map.entry(Kvm.KVM_CREATE_VM, 0xae01L),
                    Map.entry(Kvm.KVM_CHECK_EXTENSION, 0xae03L),
                    Map.entry(Kvm.KVM_GET_VCPU_MMAP_SIZE, 0xae04L),
                    Map.entry(Kvm.KVM_GET_SUPPORTED_CPUID, 0xc008ae05L),
                    Map.entry(KvmVm.KVM_CREATE_VCPU, 0xae41L),
                    Map.entry(KvmVm.KVM_GET_DIRTY_LOG, 0x4010ae42L),
                    Map.entry(KvmVm.KVM_SET_USER_MEMORY_REGION, 0x4020ae46L),
                    Map.entry(KvmVm.KVM_SET_TSS_ADDR, 0xae47L),
                    Map.entry(KvmVm.KVM_ENABLE_CAP, 0x4068aea3L),
                    Map.entry(KvmVm.KVM_CLEAR_DIRTY_LOG, 0xc018aec0L),
                    Map.entry(KvmVcpu.KVM_RUN, 0xae80L),
                    Map.entry(KvmVcpu.KVM_GET_REGS, 0x8090ae81L),
                    Map.entry(KvmVcpu.KVM_SET_REGS, 0x4090ae82L),
                    Map.entry(KvmVcpu.KVM_GET_SREGS, 0x8138ae83L),
                    Map.entry(KvmVcpu.KVM_SET_SREGS, 0x4138ae84L),
                    Map.entry(KvmVcpu.KVM_TRANSLATE, 0xc018ae85L),
                    Map.entry(KvmVcpu.KVM_GET_MSRS, 0xc008ae88L),
                    Map.entry(KvmVcpu.KVM_SET_MSRS, 0x4008ae89L),
                    Map.entry(KvmVcpu.KVM_SET_CPUID2, 0x4008ae90L),
                    Map.entry(KvmVcpu.KVM_GET_MP_STATE, 0x8004ae98L),
                    Map.entry(KvmVcpu.KVM_SET_MP_STATE, 0x4004ae99L),
                    Map.entry(Kvm.KVM_X86_GET_MCE_CAP_SUPPORTED, 0x8008ae9dL),
                    Map.entry(KvmVcpu.KVM_X86_SETUP_MCE, 0x4008ae9cL),
                    Map.entry(KvmVcpu.KVM_GET_VCPU_EVENTS, 0x8040ae9fL),
                    Map.entry(KvmVcpu.KVM_SET_VCPU_EVENTS, 0x4040aea0L),
                    Map.entry(KvmVcpu.KVM_GET_DEBUGREGS, 0x8080aea1L),
                    Map.entry(KvmVcpu.KVM_SET_DEBUGREGS, 0x4080aea2L),
                    Map.entry(KvmVcpu.KVM_SET_TSC_KHZ, 0xaea2L),
                    Map.entry(KvmVcpu.KVM_GET_TSC_KHZ, 0xaea3L),
                    Map.entry(KvmVcpu.KVM_GET_XSAVE, 0x9000aea4L),
                    Map.entry(KvmVcpu.KVM_SET_XSAVE, 0x5000aea5L),
                    Map.entry(KvmVcpu.KVM_GET_XCRS, 0x8188aea6L),
                    Map.entry(KvmVcpu.KVM_SET_XCRS, 0x4188aea7L));

    private static final Map<StructLayout, Long> SIZES =
            Map.ofEntries(
                    Map.entry(KvmVm.MEMORY_REGION, 32L),
                    Map.entry(KvmVm.ENABLE_CAP, 104L),
                    Map.entry(KvmDirtyBitmap.DIRTY_LOG, 16L),
                    Map.entry(KvmDirtyBitmap.CLEAR_DIRTY_LOG, 24L),
                    Map.entry(KvmRegs.LAYOUT, 144L),
                    Map.entry(KvmSegment.LAYOUT, 24L),
                    Map.entry(KvmTable.LAYOUT, 16L),
                    Map.entry(KvmSregs.LAYOUT, 312L),
                    Map.entry(KvmXsave.LAYOUT, 4096L),
                    Map.entry(KvmXcrs.XCR, 16L),
                    Map.entry(KvmXcrs.LAYOUT, 392L),
                    Map.entry(KvmMsrs.HEADER, 8L),
                    Map.entry(KvmMsrs.ENTRY, 16L),
                    Map.entry(KvmCpuid.HEADER, 8L),
                    Map.entry(KvmCpuid.ENTRY, 40L),
                    Map.entry(KvmVcpuEvents.LAYOUT, 64L),
                    Map.entry(KvmMpState.LAYOUT, 4L),
                    Map.entry(KvmDebugRegs.LAYOUT, 128L),
                    Map.entry(KvmVcpu.TRANSLATION, 24L));

    @Test
    void shouldComputeTheRequestNumbersThatArePinned() {
        assertThat(REQUESTS)
                .allSatisfy((ioctl, number) ->
                        assertThat(ioctl.request()).as(ioctl.name()).isEqualTo(number));
    }

    @Test
    void shouldComputeTheRequestNumbersOfTheHeader() {
        new CCompiler("linux/kvm.h")
                .assertConstants(
                        REQUESTS.keySet().stream()
                                .collect(Collectors.toMap(Ioctl::name, Ioctl::request)));
    }

    @Test
    void shouldLayStructsOutAsPinned() {
        assertThat(SIZES)
                .allSatisfy((layout, size) ->
                        assertThat(layout.byteSize()).as(layout.name().orElse("")).isEqualTo(size));
        assertThat(Structs.offset(KvmRegs.LAYOUT, "rip")).isEqualTo(128);
        assertThat(Structs.offset(KvmSregs.LAYOUT, "gdt")).isEqualTo(192);
        assertThat(Structs.offset(KvmSregs.LAYOUT, "efer")).isEqualTo(264);
        assertThat(Structs.offset(KvmSegment.LAYOUT, "unusable")).isEqualTo(22);
        assertThat(Structs.offset(KvmRun.LAYOUT, "immediate_exit")).isEqualTo(1);
        assertThat(Structs.offset(KvmRun.LAYOUT, "exit_reason")).isEqualTo(8);
        assertThat(KvmRun.LAYOUT.byteSize()).isEqualTo(32);
    }

    @Test
    void shouldLayStructsOutAsTheHeader() {
        CCompiler compiler = new CCompiler("linux/kvm.h");
        SIZES.keySet().forEach(compiler::assertLayout);
    }

    @Test
    void shouldFindTheFieldsOfTheSharedMemoryWhereTheHeaderHasThem() {
        Map<String, Long> expected = new LinkedHashMap<>();
        for (String field : List.of("immediate_exit", "exit_reason", "cr8")) {
            expected.put(
                    "offsetof(struct kvm_run, " + field + ")",
                    Structs.offset(KvmRun.LAYOUT, field));
        }
        for (String field : List.of("direction", "size", "port", "count", "data_offset")) {
            expected.put(
                    "offsetof(struct kvm_run, io." + field + ")",
                    KvmRun.LAYOUT.byteSize() + Structs.offset(KvmRun.IO, field));
        }
        for (String field : List.of("phys_addr", "data", "len", "is_write")) {
            expected.put(
                    "offsetof(struct kvm_run, mmio." + field + ")",
                    KvmRun.LAYOUT.byteSize() + Structs.offset(KvmRun.MMIO, field));
        }
        expected.put("offsetof(struct kvm_run, internal.suberror)", KvmRun.LAYOUT.byteSize());
        expected.put(
                "offsetof(struct kvm_run, fail_entry.hardware_entry_failure_reason)",
                KvmRun.LAYOUT.byteSize());
        new CCompiler("linux/kvm.h").assertConstants(expected);
    }

    @Test
    void shouldFindTheFieldsOfEventsWhereTheHeaderHasThem() {
        Map<String, Long> expected = new LinkedHashMap<>();
        for (String field :
                List.of(
                        "exception.injected",
                        "exception.nr",
                        "exception.has_error_code",
                        "interrupt.injected",
                        "interrupt.nr",
                        "interrupt.soft",
                        "nmi.injected",
                        "nmi.pending",
                        "nmi.masked")) {
            String[] parts = field.split("\\.", -1);
            expected.put(
                    "offsetof(struct kvm_vcpu_events, " + field + ")",
                    Structs.offset(KvmVcpuEvents.LAYOUT, parts[0])
                            + Structs.offset(
                                    (StructLayout)
                                            KvmVcpuEvents.LAYOUT.select(
                                                    PathElement.groupElement(parts[0])),
                                    parts[1]));
        }
        new CCompiler("linux/kvm.h").assertConstants(expected);
    }

    @Test
    void shouldLayTheExtendedStateOutAsTheSignalFrameDoes() {
        CCompiler compiler = new CCompiler("asm/sigcontext.h");
        for (StructLayout layout : List.of(KvmXsave.FXSAVE, KvmXsave.HEADER, KvmXsave.YMM_HIGH)) {
            compiler.assertLayout(layout);
        }
        compiler.assertConstants(
                Map.of(
                        "offsetof(struct _xstate, xstate_hdr)",
                                Structs.offset(KvmXsave.STATE, "xstate_hdr"),
                        "offsetof(struct _xstate, ymmh)", Structs.offset(KvmXsave.STATE, "ymmh")));
    }

    @Test
    void shouldGiveCapabilitiesAndExitReasonsTheNumbersOfTheHeader() {
        Map<String, Long> expected = new LinkedHashMap<>();
        Arrays.stream(KvmCapability.values())
                .forEach(c -> expected.put("KVM_CAP_" + c, (long) c.code()));
        Arrays.stream(KvmExitReason.values())
                .filter(reason -> reason != KvmExitReason.MEMORY_FAULT) // younger than some headers
                .forEach(reason -> expected.put("KVM_EXIT_" + reason, (long) reason.code()));
        new CCompiler("linux/kvm.h").assertConstants(expected);
    }

    @Test
    void shouldFindEveryExitReasonByItsNumberAndNameAnUnknownOne() {
        assertThat(KvmExitReason.values())
                .allSatisfy(r -> assertThat(KvmExitReason.fromCode(r.code())).isSameAs(r));
        for (int code : new int[] {-1, 13, 40}) {
            assertThatThrownBy(() -> KvmExitReason.fromCode(code))
                    .hasMessageContaining("code=" + code);
        }
    }

    @Test
    void shouldRefuseMemoryThatIsTooSmallForAView() {
        try (Arena arena = Arena.ofConfined()) {
            var small = arena.allocate(143);
            assertThatThrownBy(() -> new KvmRegs(small))
                    .hasMessageContaining("struct=kvm_regs size=144 given=143");
            var table = arena.allocate(8);
            table.set(JAVA_INT, 0, 1);
            assertThatThrownBy(() -> new KvmCpuid(table)).hasMessageContaining("entries=1");
        }
    }

    @Test
    void shouldKeepSegmentsInDescriptorForm() {
        try (Arena arena = Arena.ofConfined()) {
            KvmSegment segment = new KvmSegment(arena.allocate(KvmSegment.LAYOUT));
            segment.set(0x33, 0x1_0000_0000L, -1, 0x00AFFB00);
            assertThat(segment.segment().toArray(JAVA_BYTE))
                    .containsExactly(
                            0, 0, 0, 0, 1, 0, 0, 0, -1, -1, -1, -1, 0x33, 0, 11, 1, 3, 0, 1, 1, 1,
                            0, 0, 0);
            assertThat(segment.accessRights()).isEqualTo(0x00A0FB00);
            assertThat(segment.base()).isEqualTo(0x1_0000_0000L);
            assertThat(segment.limit()).isEqualTo(-1);
            assertThat(segment.selector()).isEqualTo(0x33);
            segment.set(0, 0, 0, 0);
            assertThat(segment.accessRights()).isZero();
            assertThat(segment.segment().get(JAVA_BYTE, 22)).isEqualTo((byte) 1);
        }
    }

    @Test
    void shouldDropTheFirstRegistersOfAList() {
        try (Arena arena = Arena.ofConfined()) {
            KvmMsrs list = new KvmMsrs(arena, 3);
            for (int i = 1; i <= 3; i++) {
                list.add(i, i * 10L);
            }
            assertThatThrownBy(() -> list.add(4, 0)).isInstanceOf(IllegalStateException.class);
            list.removeFirst(2);
            assertThat(list.count()).isEqualTo(1);
            assertThat(list.index(0)).isEqualTo(3);
            assertThat(list.value(0)).isEqualTo(30);
            assertThatThrownBy(() -> list.index(1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> list.removeFirst(2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
