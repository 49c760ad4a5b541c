package io.jvmm.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.EventFd;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.PollSet;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.IrqInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A PCI device behind an IOMMU: its registers mapped, its DMA, its interrupt. */
@ParameterizedClass
@EnumSource
final class EduKernelTest {
    private static final long IOVA = 0x100000;
    private static final int PAGE = 4096;
    private static final int PAGES = 16;
    private static final int BYTES = 1000;
    private static final long PATIENCE_MILLIS = 30_000;

    private final OpeningWay way;
    private final EduDevice edu;
    private final Fd file = Fd.memoryFile("dma", PAGES * PAGE);
    private final Mapping memory = Mapping.of(file, 0, PAGES * PAGE);
    private final DmaRegion region = new DmaRegion(IOVA, memory.segment(), file, 0);

    EduKernelTest(OpeningWay way) {
        this.way = way;
        edu = EduDevice.open(way);
    }

    @AfterEach
    void close() {
        edu.close();
        memory.close();
        file.close();
    }

    @Test
    void shouldAnswerInItsMappedRegisters() {
        assertThat(edu.complement(0x12345678)).isEqualTo(~0x12345678);
        assertThat(edu.factorial(10)).isEqualTo(3_628_800);
    }

    @Test
    void shouldReadAndWriteTheMemoryItWasGiven() {
        MemorySegment from = memory.segment().asSlice(PAGE, BYTES);
        MemorySegment to = memory.segment().asSlice(3 * PAGE, BYTES);
        for (int i = 0; i < BYTES; i++) {
            from.set(JAVA_BYTE, i, (byte) (i * 7));
        }
        edu.device().mapDma(region);
        edu.fetch(IOVA + PAGE, BYTES);
        edu.store(IOVA + 3 * PAGE, BYTES);
        assertThat(to.mismatch(from)).as("first byte that differs").isEqualTo(-1);
    }

    @Test
    void shouldNotReachMemoryThatWasTakenBack() {
        memory.segment().fill((byte) 0x55);
        edu.device().mapDma(region);
        edu.fetch(IOVA, BYTES);
        edu.device().unmapDma(region);
        memory.segment().fill((byte) 0);
        edu.store(IOVA, BYTES);
        assertThat(memory.segment().toArray(JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void shouldSignalItsInterruptToAnEventFd() {
        try (EventFd event = new EventFd()) {
            edu.device().connectIrqs(IrqInfo.MSI, List.of(event));
            edu.interrupt(1);
            PollSet wait = new PollSet(PollSet.Interest.reading(event.fd()));
            assertThat(wait.poll(PATIENCE_MILLIS)).isEqualTo(1);
            edu.device().disconnectIrqs(IrqInfo.MSI);
        }
    }

    @Test
    void shouldHaveAllItsPagesReportedAsWrittenByType1() {
        Optional<DmaLogging> found = edu.device().dmaLogging();
        if (way == OpeningWay.CDEV) {
            assertThat(found).as("a log of the emulated IOMMU").isEmpty();
            return;
        }
        edu.device().mapDma(region);
        DmaLogging log = found.orElseThrow();
        log.start(IOVA, region.size(), PAGE);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bitmap = arena.allocate(JAVA_LONG);
            log.report(IOVA, region.size(), PAGE, bitmap);
            assertThat(bitmap.get(JAVA_LONG, 0)).isEqualTo((1L << PAGES) - 1);
        }
        log.stop();
    }

    @Test
    void shouldHaveNoMigration() {
        assertThat(edu.device().migration()).isEmpty();
    }
}
