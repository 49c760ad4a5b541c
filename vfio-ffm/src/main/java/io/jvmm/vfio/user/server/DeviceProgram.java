package io.jvmm.vfio.user.server;

import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationSupport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How a device behaves. {@link #uart} is well behaved; the {@code with} methods change one thing.
 *
 * @param ports serial ports, 1 or 2: one BAR each
 * @param p2p whether it has the P2P states
 * @param precopy what it gives in the PRE_COPY states; empty if it has none
 * @param stateSize bytes of patterned padding in its state, besides the registers
 * @param dataRate bytes per second at which its state can be read and written; 0 = no limit
 * @param cutAfter bytes of state after which there is no more, too early
 * @param dma whether and how it dirties memory
 * @param rules what happens on arcs; without a rule the device arrives at once
 * @param faults what else it does wrong
 */
public record DeviceProgram(
        int ports,
        boolean p2p,
        Optional<Precopy> precopy,
        long stateSize,
        long dataRate,
        OptionalLong cutAfter,
        Optional<DmaDirtying> dma,
        List<ArcRule> rules,
        Set<DataFault> faults) {
    /** Most serial ports. */
    public static final int MAXIMUM_PORTS = 2;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one cannot be
     */
    public DeviceProgram {
        if (ports < 1 || ports > MAXIMUM_PORTS) {
            throw new IllegalArgumentException("A UART has 1 or 2 ports: ports=" + ports);
        }
        if (stateSize < 0 || dataRate < 0 || cutAfter.orElse(0) < 0) {
            throw new IllegalArgumentException(
                    "A number is negative: stateSize=%d dataRate=%d cutAfter=%s"
                            .formatted(stateSize, dataRate, cutAfter));
        }
        rules = List.copyOf(rules);
        faults = Set.copyOf(faults);
    }

    /**
     * A UART of one port that does everything right and at once, with the P2P and PRE_COPY states.
     *
     * @return the program
     */
    public static DeviceProgram uart() {
        return new DeviceProgram(
                1,
                true,
                Optional.of(new Precopy(0, 0)),
                0,
                0,
                OptionalLong.empty(),
                Optional.empty(),
                List.of(),
                Set.of());
    }

    /**
     * With another number of ports.
     *
     * @param count 1 or 2
     * @return the changed program
     */
    public DeviceProgram withPorts(int count) {
        return new DeviceProgram(
                count, p2p, precopy, stateSize, dataRate, cutAfter, dma, rules, faults);
    }

    /**
     * Without the P2P states.
     *
     * @return the changed program
     */
    public DeviceProgram withoutP2p() {
        return new DeviceProgram(
                ports, false, precopy, stateSize, dataRate, cutAfter, dma, rules, faults);
    }

    /**
     * Without the PRE_COPY states.
     *
     * @return the changed program
     */
    public DeviceProgram withoutPrecopy() {
        return new DeviceProgram(
                ports, p2p, Optional.empty(), stateSize, dataRate, cutAfter, dma, rules, faults);
    }

    /**
     * With the PRE_COPY states.
     *
     * @param bytes what it gives in them
     * @return the changed program
     */
    public DeviceProgram withPrecopy(Precopy bytes) {
        return new DeviceProgram(
                ports, p2p, Optional.of(bytes), stateSize, dataRate, cutAfter, dma, rules, faults);
    }

    /**
     * With another size of state.
     *
     * @param bytes of padding
     * @return the changed program
     */
    public DeviceProgram withStateSize(long bytes) {
        return new DeviceProgram(
                ports, p2p, precopy, bytes, dataRate, cutAfter, dma, rules, faults);
    }

    /**
     * With state that moves slowly.
     *
     * @param bytesPerSecond at most; 0 = no limit
     * @return the changed program
     */
    public DeviceProgram withDataRate(long bytesPerSecond) {
        return new DeviceProgram(
                ports, p2p, precopy, stateSize, bytesPerSecond, cutAfter, dma, rules, faults);
    }

    /**
     * With state that ends too early.
     *
     * @param bytes after which there is no more
     * @return the changed program
     */
    public DeviceProgram withCutAfter(long bytes) {
        return new DeviceProgram(
                ports,
                p2p,
                precopy,
                stateSize,
                dataRate,
                OptionalLong.of(bytes),
                dma,
                rules,
                faults);
    }

    /**
     * With memory that it dirties.
     *
     * @param dirtying where and how fast
     * @return the changed program
     */
    public DeviceProgram withDma(DmaDirtying dirtying) {
        return new DeviceProgram(
                ports,
                p2p,
                precopy,
                stateSize,
                dataRate,
                cutAfter,
                Optional.of(dirtying),
                rules,
                faults);
    }

    /**
     * With a rule for an arc, which replaces an earlier one.
     *
     * @param rule the rule
     * @return the changed program
     */
    public DeviceProgram withRule(ArcRule rule) {
        List<ArcRule> changed = new ArrayList<>(rules);
        changed.removeIf(other -> other.from() == rule.from() && other.to() == rule.to());
        changed.add(rule);
        return new DeviceProgram(
                ports, p2p, precopy, stateSize, dataRate, cutAfter, dma, changed, faults);
    }

    /**
     * With a delay on an arc, at whose end the device arrives.
     *
     * @param from the state that it leaves
     * @param to the state that it enters
     * @param delay how long that takes
     * @return the changed program
     */
    public DeviceProgram withDelay(
            DeviceMigrationState from, DeviceMigrationState to, Duration delay) {
        return withRule(new ArcRule(from, to, delay, new ArcOutcome.Pass()));
    }

    /**
     * With an outcome of an arc, at once.
     *
     * @param from the state that it leaves
     * @param to the state that it shall enter
     * @param outcome what happens
     * @return the changed program
     */
    public DeviceProgram withOutcome(
            DeviceMigrationState from, DeviceMigrationState to, ArcOutcome outcome) {
        return withRule(new ArcRule(from, to, Duration.ZERO, outcome));
    }

    /**
     * With something that it does wrong.
     *
     * @param fault one or more
     * @return the changed program
     */
    public DeviceProgram withFaults(DataFault... fault) {
        return new DeviceProgram(
                ports, p2p, precopy, stateSize, dataRate, cutAfter, dma, rules, Set.of(fault));
    }

    MigrationSupport support() {
        return new MigrationSupport(p2p, precopy.isPresent());
    }

    ArcRule rule(DeviceMigrationState from, DeviceMigrationState to) {
        for (ArcRule rule : rules) {
            if (rule.from() == from && rule.to() == to) {
                return rule;
            }
        }
        return new ArcRule(from, to, Duration.ZERO, new ArcOutcome.Pass());
    }

    boolean has(DataFault fault) {
        return faults.contains(fault);
    }
}
