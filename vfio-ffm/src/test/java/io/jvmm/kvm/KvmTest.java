package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.kvm.KvmCpuid.Register;
import io.jvmm.kvm.KvmSregs.ControlRegister;
import io.jvmm.kvm.KvmSregs.SegmentRegister;
import io.jvmm.linux.Allocation;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.NativeThread;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A real-mode guest of a few instructions on the host's KVM. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD) // a lost kick would hang for ever
class KvmTest {
    private static final long MEMORY = 1 << 20;
    private static final int PAGE = 4096;
    private static final int CODE = 0x1000;
    private static final int EFER_AND_STAR = 2;

    private final Arena arena = Arena.ofAuto();
    private final KvmRegs regs = KvmRegs.allocate(arena);
    private final KvmSregs sregs = new KvmSregs(arena);
    private final Kvm kvm;
    private final Mapping ram;
    private final KvmVm vm;
    private final KvmVcpu vcpu;

    KvmTest() {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "/dev/kvm cannot be opened");
        kvm = Kvm.open();
        ram = Mapping.anonymousFile("kvm-test", MEMORY);
        vm = kvm.createVm();
        vm.enableManualDirtyLogClear();
        vm.setMemory(0, 0, ram.segment(), false);
        vcpu = vm.createVcpu(0);
        vcpu.setCpuid(kvm.supportedCpuid());
    }

    @AfterEach
    void close() {
        vcpu.close();
        vm.close();
        ram.close();
        kvm.close();
    }

    @Test
    void shouldHaveWhatTheAcceleratorNeeds() {
        assertThat(KvmCapability.values())
                .filteredOn(capability -> capability != KvmCapability.TSC_CONTROL)
                .allSatisfy(capability -> assertThat(kvm.checkExtension(capability)).isPositive());
    }

    @Test
    void shouldOfferATableOfFeatures() {
        KvmCpuid table = kvm.supportedCpuid();
        assertThat(table.count()).isPositive();
        assertThat(table.function(0)).isZero();
        assertThat(table.index(0)).isZero();
        int leaf = table.get(0, Register.EBX);
        table.set(0, Register.EBX, leaf + 1);
        assertThat(table.get(0, Register.EBX)).isEqualTo(leaf + 1);
        assertThatThrownBy(() -> table.function(table.count()))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldShowPortWritesAndAnswerPortReads() {
        // mov dx,0x1234; mov ax,0x5678; out dx,al; out dx,eax; out dx,ax; in ax,0x50; hlt
        start("ba 34 12 b8 78 56 ee 66 ef ef e5 50 f4");
        assertThat(vcpu.run()).isTrue();
        KvmRun exit = vcpu.exit();
        assertThat(exit.exitReason()).isEqualTo(KvmExitReason.IO);
        assertThat(exit.ioOut()).isTrue();
        assertThat(exit.ioPort()).isEqualTo(0x1234);
        assertThat(exit.ioSize()).isEqualTo(1);
        assertThat(exit.ioCount()).isEqualTo(1);
        assertThat(exit.ioData(0)).isEqualTo(0x78);
        assertThat(vcpu.run()).isTrue();
        assertThat(exit.ioSize()).isEqualTo(4);
        assertThat(exit.ioData(0)).isEqualTo(0x5678);
        assertThat(vcpu.run()).isTrue();
        assertThat(exit.ioSize()).isEqualTo(2);
        assertThat(exit.ioData(0)).isEqualTo(0x5678);
        assertThat(vcpu.run()).isTrue();
        assertThat(exit.ioOut()).isFalse();
        exit.setIoData(0, 0xCAFE);
        assertThat(vcpu.run()).isTrue();
        assertThat(exit.exitReason()).isEqualTo(KvmExitReason.HLT);
        vcpu.getRegs(regs);
        assertThat(regs.get(KvmRegs.Register.RAX)).isEqualTo(0xCAFE);
    }

    @Test
    void shouldShowEveryAccessOfAStringInstruction() {
        start("be 00 05 b9 03 00 ba 55 00 fc f3 6e f4"); // mov si,0x500; mov cx,3; mov dx,0x55;
        // cld; rep outsb; hlt
        MemorySegment.copy(new byte[] {7, 8, 9}, 0, ram.segment(), JAVA_BYTE, 0x500, 3);
        StringBuilder seen = new StringBuilder();
        while (vcpu.run() && vcpu.exit().exitReason() == KvmExitReason.IO) {
            for (int i = 0; i < vcpu.exit().ioCount(); i++) {
                seen.append(vcpu.exit().ioData(i));
            }
        }
        assertThat(seen).hasToString("789");
    }

    @Test
    void shouldShowAccessesOutsideTheMemory() {
        // mov ax,0xf000; mov ds,ax; mov word [0xfff0],0x1234 is at 0xffff0, inside; use a 1 MiB +
        // address: ds=0xffff
        start("b8 ff ff 8e d8 c7 06 20 00 34 12 a0 30 00 f4"); // mov [0x20],0x1234; mov
        // al,[0x30]; hlt
        assertThat(vcpu.run()).isTrue();
        KvmRun exit = vcpu.exit();
        assertThat(exit.exitReason()).isEqualTo(KvmExitReason.MMIO);
        assertThat(exit.mmioWrite()).isTrue();
        assertThat(exit.mmioAddress()).isEqualTo(0xffff0 + 0x20);
        assertThat(exit.mmioLength()).isEqualTo(2);
        assertThat(exit.mmioData()).isEqualTo(0x1234);
        assertThat(vcpu.run()).isTrue();
        assertThat(exit.mmioWrite()).isFalse();
        assertThat(exit.mmioAddress()).isEqualTo(0xffff0 + 0x30);
        exit.setMmioData(0x5A);
        assertThat(vcpu.run()).isTrue();
        vcpu.getRegs(regs);
        assertThat(regs.get(KvmRegs.Register.RAX) & 0xff).isEqualTo(0x5A);
    }

    @Test
    void shouldEndAtOnceWhenAnExitIsRequestedWithTheInstructionComplete() {
        start("b8 00 00 e6 10 40 f4"); // mov ax,0; out 0x10,al; inc ax; hlt
        assertThat(vcpu.run()).isTrue();
        vcpu.getRegs(regs);
        long during = regs.get(KvmRegs.Register.RIP);
        vcpu.exit().requestExit();
        assertThat(vcpu.run()).isFalse();
        assertThat(vcpu.run()).isFalse();
        vcpu.getRegs(regs);
        assertThat(regs.get(KvmRegs.Register.RIP))
                .isGreaterThanOrEqualTo(during)
                .isEqualTo(CODE + 5);
        assertThat(regs.get(KvmRegs.Register.RAX)).isZero();
        vcpu.exit().clearExitRequest();
        assertThat(vcpu.run()).isTrue();
        assertThat(vcpu.exit().exitReason()).isEqualTo(KvmExitReason.HLT);
    }

    @Test
    void shouldLeaveALoopWhenKicked() throws Exception {
        start("eb fe"); // jmp $
        int tid = NativeThread.tid();
        KvmRun exit = vcpu.exit();
        Thread kicker =
                Thread.ofPlatform()
                        .start(() -> {
                            exit.requestExit();
                            NativeThread.kick(tid);
                        });
        assertThat(vcpu.run()).isFalse();
        kicker.join();
    }

    @Test
    void shouldTellATripleFault() {
        start("0f 0b"); // ud2 in protected mode, without a vector table
        vcpu.getSregs(sregs);
        sregs.segment(SegmentRegister.CS).set(8, 0, -1, 0x00CF9B00);
        for (SegmentRegister register :
                EnumSet.of(SegmentRegister.DS, SegmentRegister.ES, SegmentRegister.SS)) {
            sregs.segment(register).set(16, 0, -1, 0x00CF9300);
        }
        sregs.idt().set(0, 0);
        sregs.set(ControlRegister.CR0, sregs.get(ControlRegister.CR0) | 1);
        vcpu.setSregs(sregs);
        assertThat(vcpu.run()).isTrue();
        assertThat(vcpu.exit().exitReason()).isEqualTo(KvmExitReason.SHUTDOWN);
    }

    @Test
    void shouldKeepWrittenState() {
        KvmXsave xsave = KvmXsave.allocate(arena);
        vcpu.getXsave(xsave);
        xsave.setXmm(3, 0x1122334455667788L);
        xsave.setX87(0, 1L << 63, 0x3fff);
        xsave.setTagWord(1);
        xsave.setFeatures(xsave.features() | 3);
        vcpu.setXsave(xsave);
        KvmXsave again = KvmXsave.allocate(arena);
        vcpu.getXsave(again);
        assertThat(again.xmm(3)).isEqualTo(0x1122334455667788L);
        assertThat(again.x87Mantissa(0)).isEqualTo(1L << 63);
        assertThat(again.x87SignExponent(0)).isEqualTo(0x3fff);
        assertThat(again.tagWord()).isEqualTo(1);
        assertThat(again.mxcsr()).isEqualTo(0x1f80);
        assertThat(again.controlWord()).isEqualTo(0x37f);

        KvmDebugRegs debug = KvmDebugRegs.allocate(arena);
        vcpu.getDebugRegs(debug);
        debug.setBreakpoint(2, 0x1234);
        vcpu.setDebugRegs(debug);
        debug.setBreakpoint(2, 0);
        vcpu.getDebugRegs(debug);
        assertThat(debug.breakpoint(2)).isEqualTo(0x1234);
        assertThat(debug.dr6()).isEqualTo(0xffff0ff0L);

        KvmXcrs xcrs = KvmXcrs.allocate(arena);
        xcrs.setXcr0(3);
        vcpu.setXcrs(xcrs);
        xcrs.setXcr0(0);
        vcpu.getXcrs(xcrs);
        assertThat(xcrs.xcr0()).isEqualTo(3);
    }

    @Test
    void shouldKeepPendingEvents() {
        KvmVcpuEvents events = KvmVcpuEvents.allocate(arena);
        events.clear();
        events.set(KvmVcpuEvents.Field.NMI_PENDING, 1);
        events.setSipiVector(0x9f);
        vcpu.setVcpuEvents(events);
        KvmVcpuEvents again = KvmVcpuEvents.allocate(arena);
        vcpu.getVcpuEvents(again);
        assertThat(again.get(KvmVcpuEvents.Field.NMI_PENDING)).isEqualTo(1);
        assertThat(again.sipiVector()).isZero(); // only an in-kernel APIC keeps it
        KvmMpState state = KvmMpState.allocate(arena);
        state.set(99);
        vcpu.getMpState(state);
        assertThat(state.get()).isZero();
    }

    @Test
    void shouldReadAndWriteModelSpecificRegistersUpToTheFirstRefusedOne() {
        KvmMsrs list = new KvmMsrs(arena, 3);
        list.add(0xC0000081, 0x0010_0008_0000_0000L);
        list.add(0x277, 0x0007_0406_0007_0406L);
        list.add(0xDEAD_0000, 0);
        assertThat(vcpu.setMsrs(list)).isEqualTo(EFER_AND_STAR);
        list.clear();
        list.add(0xC0000081, 0);
        list.add(0x277, 0);
        list.add(0xDEAD_0000, 0);
        assertThat(vcpu.getMsrs(list)).isEqualTo(EFER_AND_STAR);
        assertThat(list.value(0)).isEqualTo(0x0010_0008_0000_0000L);
        assertThat(list.value(1)).isEqualTo(0x0007_0406_0007_0406L);
    }

    @Test
    void shouldLogWhatTheGuestWritesUntilCleared() {
        start("c6 06 00 50 01 f4 c6 06 00 60 01 f4"); // mov byte [0x5000],1; hlt; mov byte
        // [0x6000],1; hlt
        vm.setMemory(0, 0, ram.segment(), true);
        KvmDirtyBitmap dirty = new KvmDirtyBitmap(0, MEMORY / PAGE);
        assertThat(dirty.wordCount()).isEqualTo(4);
        assertThat(vcpu.run()).isTrue();
        vm.readDirtyLog(dirty);
        assertThat(dirty.word(0) >> 5 & 1).isEqualTo(1);
        assertThat(dirty.word(0) >> 6 & 1).isZero();
        vm.readDirtyLog(dirty);
        assertThat(dirty.word(0) >> 5 & 1).as("reading does not clear").isEqualTo(1);
        vm.clearDirtyLog(dirty);
        assertThat(vcpu.run()).isTrue();
        vm.readDirtyLog(dirty);
        assertThat(dirty.word(0) >> 5 & 1).isZero();
        assertThat(dirty.word(0) >> 6 & 1).isEqualTo(1);
        assertThat(ram.segment().get(JAVA_BYTE, 0x6000)).isEqualTo((byte) 1);
    }

    @Test
    void shouldRefuseToReadALogThatIsOff() {
        KvmDirtyBitmap dirty = new KvmDirtyBitmap(0, MEMORY / PAGE);
        assertThatThrownBy(() -> vm.readDirtyLog(dirty))
                .hasMessageContaining("call=KVM_GET_DIRTY_LOG errno=ENOENT");
        assertThatThrownBy(() -> new KvmDirtyBitmap(0, 0)).hasMessageContaining("pages=0");
    }

    @Test
    void shouldTranslateAddresses() {
        start("f4");
        assertThat(vcpu.translate(0x1234)).isEqualTo(0x1234);
    }

    @Test
    void shouldReadStateWithoutAllocating() {
        KvmXsave xsave = KvmXsave.allocate(arena);
        KvmVcpuEvents events = KvmVcpuEvents.allocate(arena);
        KvmMsrs list = new KvmMsrs(arena, 1);
        list.add(0x10, 0);
        KvmDirtyBitmap dirty = new KvmDirtyBitmap(0, MEMORY / PAGE);
        vm.setMemory(0, 0, ram.segment(), true);
        assertThat(
                        Allocation.ofThousand(() -> {
                            vcpu.getRegs(regs);
                            vcpu.getSregs(sregs);
                            vcpu.getXsave(xsave);
                            vcpu.getVcpuEvents(events);
                            vcpu.getMsrs(list);
                            sregs.segment(SegmentRegister.CS).accessRights();
                            vm.readDirtyLog(dirty);
                            vm.clearDirtyLog(dirty);
                            dirty.word(0);
                        }))
                .isZero();
    }

    @Test
    void shouldRunWithoutAllocating() {
        start("e6 10 eb fc"); // loop: out 0x10,al; jmp loop
        assertThat(
                        Allocation.ofThousand(() -> {
                            vcpu.run();
                            vcpu.exit().exitReason();
                            vcpu.exit().ioData(0);
                        }))
                .isZero();
    }

    private void start(String code) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(code);
        MemorySegment.copy(bytes, 0, ram.segment(), JAVA_BYTE, CODE, bytes.length);
        ram.segment().set(JAVA_INT, 0, 0);
        vcpu.getSregs(sregs);
        sregs.segment(SegmentRegister.CS).set(0, 0, 0xffff, 0x9b00);
        sregs.set(ControlRegister.CR0, sregs.get(ControlRegister.CR0) & ~1L);
        vcpu.setSregs(sregs);
        regs.segment().fill((byte) 0);
        regs.set(KvmRegs.Register.RIP, CODE);
        regs.set(KvmRegs.Register.RFLAGS, 2);
        vcpu.setRegs(regs);
    }
}
