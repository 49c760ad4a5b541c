package io.jvmm.device;

/**
 * Where a device sits in I/O port space.
 *
 * @param first its first port
 * @param count how many ports
 * @param device what answers
 */
public record PortRange(int first, int count, PortDevice device) {

    private static final int PORTS = 0x10000;

    /** Rejects what lies outside port space. */
    public PortRange {
        if (first < 0 || count < 1 || first + count > PORTS) {
            throw new IllegalArgumentException(
                    "No such ports: first=0x%x count=%d".formatted(first, count));
        }
    }

    boolean contains(int port) {
        return port >= first && port < first + count;
    }

    boolean overlaps(PortRange other) {
        return first < other.first + other.count && other.first < first + count;
    }
}
