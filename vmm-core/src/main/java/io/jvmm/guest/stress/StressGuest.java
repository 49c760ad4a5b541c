package io.jvmm.guest.stress;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.SegmentState;
import java.util.Arrays;

/**
 * The stress guest in a guest's memory: puts it there, or finds it there, and reads its results.
 */
public final class StressGuest {

    private static final int CODE_SELECTOR = 0x08;
    private static final int DATA_SELECTOR = 0x10;
    private static final int WHOLE_SPACE = -1;

    private final GuestMemory memory;
    private final StressArea[] areas;
    private final UartTable uarts;

    private StressGuest(GuestMemory memory, int vcpus) {
        this.memory = memory;
        this.areas = new StressArea[vcpus];
        Arrays.setAll(areas, vcpu -> new StressArea(memory, vcpu));
        this.uarts = new UartTable(memory);
    }

    /**
     * Puts the guest into RAM of zeros.
     *
     * @param memory the RAM
     * @param parameters what the guest is to do
     * @return the guest, not yet running: see {@link #prepare}
     * @throws StressGuestException if the working set does not fit
     */
    public static StressGuest install(GuestMemory memory, StressParameters parameters) {
        StressGuest guest = new StressGuest(memory, parameters.vcpus());
        for (int vcpu = 0; vcpu < guest.areas.length; vcpu++) {
            guest.areas[vcpu].initialize(parameters, vcpu);
            guest.areas[vcpu].requireSane();
        }
        guest.uarts.initialize(parameters.uarts());
        memory.write(StressLayout.CODE, StressCode.assemble());
        memory.setInt(StressLayout.VCPUS, parameters.vcpus());
        memory.setInt(StressLayout.VERSION, StressLayout.VERSION_VALUE);
        memory.setLong(StressLayout.MAGIC, StressLayout.MAGIC_VALUE);
        return guest;
    }

    /**
     * Finds the guest in RAM, such as after a migration.
     *
     * @param memory the RAM
     * @return the guest
     * @throws StressGuestException if it is not there, or of another version
     */
    public static StressGuest attach(GuestMemory memory) {
        if (memory.size() < StressLayout.END
                || memory.getLong(StressLayout.MAGIC) != StressLayout.MAGIC_VALUE) {
            throw new StressGuestException("There is no stress guest in this RAM.");
        }
        int version = memory.getInt(StressLayout.VERSION);
        int vcpus = memory.getInt(StressLayout.VCPUS);
        if (version != StressLayout.VERSION_VALUE
                || vcpus < 1
                || vcpus > StressLayout.MAXIMUM_VCPUS) {
            throw new StressGuestException(
                    "Unknown stress guest: version=%d vcpus=%d".formatted(version, vcpus));
        }
        StressGuest guest = new StressGuest(memory, vcpus);
        for (StressArea area : guest.areas) {
            area.requireSane();
        }
        return guest;
    }

    /**
     * How many vCPUs the guest uses.
     *
     * @return 1 to 16
     */
    public int vcpus() {
        return areas.length;
    }

    /**
     * Sets a vCPU to the start of the program: flat 32-bit protected mode, interrupts off.
     *
     * @param vcpu its index
     * @param cpu overwritten
     */
    public void prepare(int vcpu, CpuState cpu) {
        if (vcpu >= areas.length) {
            throw new IllegalArgumentException("The guest has no such vCPU: vcpu=" + vcpu);
        }
        cpu.reset();
        cpu.cr0 = 0x11; // protection, and the x87 that every processor has
        for (SegmentState segment : cpu.segs) {
            segment.set(DATA_SELECTOR, 0, WHOLE_SPACE, SegmentState.FLAT_DATA);
        }
        cpu.segs[CpuState.CS].set(CODE_SELECTOR, 0, WHOLE_SPACE, SegmentState.FLAT_CODE);
        cpu.rip = StressLayout.CODE;
        cpu.regs[CpuState.BX] = StressLayout.area(vcpu);
    }

    /**
     * What the guest says about itself; of a running guest a snapshot.
     *
     * @return counters, errors and pauses
     */
    public StressReport report() {
        return new StressReport(
                Arrays.stream(areas).map(StressArea::report).toList(), uarts.report());
    }

    /**
     * Looks at every page of the working set of a <b>stopped</b> guest. The page that a vCPU was
     * writing may be in between; every other must be exact.
     *
     * @return what was found
     */
    public StressVerification verify() {
        PageChecker checker = new PageChecker(memory);
        for (StressArea area : areas) {
            StressArea.Progress progress = area.progress();
            for (long i = 0; i < area.pages(); i++) {
                boolean newer = i < progress.position();
                int sweep = newer ? progress.sweep() : progress.sweep() - 1;
                if (i == progress.position()) {
                    checker.checkPageInProgress(area.firstPage() + i, progress.sweep());
                } else {
                    checker.check(area.firstPage() + i, sweep);
                }
            }
        }
        return checker.result();
    }
}
