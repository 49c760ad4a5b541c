package io.jvmm.guest.stress;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the guest says about itself.
 *
 * @param vcpus one report per vCPU
 * @param uarts one report per serial port on the PCI bus
 */
public record StressReport(List<VcpuReport> vcpus, List<UartReport> uarts) {

    /** Copies the lists. */
    public StressReport {
        vcpus = List.copyOf(vcpus);
        uarts = List.copyOf(uarts);
    }

    /**
     * The work counters together.
     *
     * @return pages written since the guest started; never goes backwards
     */
    public long pagesWritten() {
        return vcpus.stream().mapToLong(VcpuReport::pagesWritten).sum();
    }

    /**
     * Pages that did not hold what the guest had written.
     *
     * @return 0 if all is well
     */
    public long errors() {
        return vcpus.stream().mapToLong(VcpuReport::errors).sum();
    }

    /**
     * The longest pause that overlaps a span of time: the guest's word on an outage.
     *
     * @param fromNanos start of the span, on the host's monotonic clock
     * @param toNanos end of the span
     * @return empty if none of the kept pauses overlaps
     */
    public Optional<Pause> longestPause(long fromNanos, long toNanos) {
        return vcpus.stream()
                .flatMap(vcpu -> vcpu.pauses().stream())
                .filter(pause -> pause.overlaps(fromNanos, toNanos))
                .max(Comparator.comparingLong(Pause::lengthNanos));
    }
}
