package io.jvmm.guest.stress;

import io.jvmm.guest.GuestMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One vCPU's area in guest memory, seen from the host. */
final class StressArea {

    /** A running guest rewrites an entry in microseconds; a stopped one never ends it. */
    private static final int SNAPSHOT_TRIES = 1000;

    private final GuestMemory memory;
    private final int address;

    StressArea(GuestMemory memory, int vcpu) {
        this.memory = memory;
        this.address = StressLayout.area(vcpu);
    }

    void initialize(StressParameters parameters, int vcpu) {
        set(StressLayout.FIRST_PAGE, (int) parameters.firstPage(vcpu));
        set(StressLayout.END_PAGE, (int) parameters.firstPage(vcpu + 1));
        set(StressLayout.CLOCK_PORT, parameters.clockPort() + 8 * vcpu);
        Pace pace = Pace.of(parameters.pagesPerSecond(), parameters.vcpus());
        set(StressLayout.PAGES_PER_READING, pace.pagesPerReading());
        set(StressLayout.NANOS_PER_READING, pace.nanosPerReading());
        set(StressLayout.SWEEP, 1);
        set(StressLayout.NEXT_SWEEP, 1);
        set(StressLayout.SHORTEST, address + StressLayout.PAUSES);
        for (int field : new int[] {StressLayout.POSITION, StressLayout.ERRORS}) {
            set(field, 0);
        }
        set(StressLayout.FIRST_ERROR, 0);
        set(StressLayout.PAUSE_SEQUENCE, 0);
        for (int offset = StressLayout.LAST; offset < StressLayout.AREA_SIZE; offset += 4) {
            set(offset, 0);
        }
    }

    /** The slice's pages must be in RAM. */
    void requireSane() {
        long end = unsigned(StressLayout.END_PAGE);
        if (firstPage() >= end || end * StressLayout.PAGE_SIZE > memory.size()) {
            throw new StressGuestException(
                    "The stress guest's working set is not in RAM: first=%d end=%d ram=%d"
                            .formatted(firstPage(), end, memory.size()));
        }
    }

    long firstPage() {
        return unsigned(StressLayout.FIRST_PAGE);
    }

    long pages() {
        return unsigned(StressLayout.END_PAGE) - firstPage();
    }

    /** Where the vCPU is: its sweep, and the pages of it that are finished. */
    record Progress(int sweep, long position) {}

    /** While a sweep ends, either the old one is complete or the new one has not begun. */
    Progress progress() {
        int next = get(StressLayout.NEXT_SWEEP);
        long position = unsigned(StressLayout.POSITION);
        int sweep = get(StressLayout.SWEEP);
        boolean begun = sweep != next && position == 0;
        return new Progress(begun ? next : sweep, position);
    }

    VcpuReport report() {
        Progress progress = stableProgress();
        long sweeps = Integer.toUnsignedLong(progress.sweep) - 1;
        return new VcpuReport(
                sweeps * pages() + progress.position,
                sweeps,
                unsigned(StressLayout.ERRORS),
                unsigned(StressLayout.FIRST_ERROR),
                memory.getLong(address + StressLayout.LAST),
                pauses());
    }

    /** Of a running guest: two equal readings of the sweep around one of the position. */
    private Progress stableProgress() {
        Progress progress = progress();
        Progress again = progress();
        for (int i = 0; i < SNAPSHOT_TRIES && again.sweep != progress.sweep; i++) {
            progress = again;
            again = progress();
        }
        return progress;
    }

    private List<Pause> pauses() {
        int before = get(StressLayout.PAUSE_SEQUENCE);
        List<Pause> pauses = readPauses(before);
        int after = get(StressLayout.PAUSE_SEQUENCE);
        for (int i = 0; i < SNAPSHOT_TRIES && after != before; i++) {
            before = after;
            pauses = readPauses(before);
            after = get(StressLayout.PAUSE_SEQUENCE);
        }
        pauses.sort(Comparator.comparingLong(Pause::lengthNanos).reversed());
        return List.copyOf(pauses);
    }

    private List<Pause> readPauses(int sequence) {
        int halfWritten = (sequence & 1) == 0 ? 0 : get(StressLayout.SHORTEST);
        List<Pause> pauses = new ArrayList<>();
        for (int i = 0; i < StressLayout.PAUSE_COUNT; i++) {
            int entry = address + StressLayout.PAUSES + i * StressLayout.PAUSE_SIZE;
            long length = memory.getLong(entry + StressLayout.PAUSE_LENGTH);
            if (entry != halfWritten && length != 0) {
                pauses.add(new Pause(memory.getLong(entry + StressLayout.PAUSE_START), length));
            }
        }
        return pauses;
    }

    private long unsigned(int field) {
        return Integer.toUnsignedLong(get(field));
    }

    private int get(int field) {
        return memory.getInt(address + field);
    }

    private void set(int field, int value) {
        memory.setInt(address + field, value);
    }
}
