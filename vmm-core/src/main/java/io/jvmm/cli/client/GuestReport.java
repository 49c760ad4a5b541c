package io.jvmm.cli.client;

import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the guest says of itself ({@code x-query-stress}).
 *
 * @param work units of work since it was made
 * @param pages pages that were verified
 * @param wrongPages pages whose contents are wrong
 * @param uarts its serial ports
 * @param pauses its longest pauses
 */
public record GuestReport(long work, long pages, long wrongPages, Uarts uarts, List<Pause> pauses) {

    /** How many of its longest pauses a vCPU of the guest remembers. */
    private static final int REMEMBERED = 8;

    /** Copies the list. */
    public GuestReport {
        pauses = List.copyOf(pauses);
    }

    /**
     * A pause on the host's monotonic clock.
     *
     * @param start when it began
     * @param nanos how long it took
     */
    public record Pause(long start, long nanos) {
        boolean overlaps(long from, long to) {
            return start <= to && start + nanos >= from;
        }
    }

    /**
     * Its serial ports on the PCI bus.
     *
     * @param count how many
     * @param bytes bytes that came back through them
     * @param errors bytes that did not, or not as they were sent
     */
    public record Uarts(long count, long bytes, long errors) {}

    /**
     * Reads a reply.
     *
     * @param json what {@code x-query-stress} returned
     * @return the report
     */
    public static GuestReport of(Json.Obj json) {
        List<Pause> pauses = new ArrayList<>();
        if (json.find("pauses").orElse(null) instanceof Json.Arr(List<Json> items)) {
            for (Json item : items) {
                if (item instanceof Json.Obj pause) {
                    pauses.add(new Pause(pause.integer("start"), pause.integer("duration")));
                }
            }
        }
        return new GuestReport(
                json.integer("work"),
                json.integer("pages"),
                json.integer("wrong-pages"),
                new Uarts(
                        json.integer("uarts"),
                        json.integer("uart-bytes"),
                        json.integer("uart-errors")),
                pauses);
    }

    /**
     * How long it was down at most if none of its pauses overlaps: shorter than all it remembers.
     *
     * @return nanoseconds; empty if it still has room to remember more, for then it would have
     */
    public OptionalLong shortestRemembered() {
        return pauses.size() < REMEMBERED
                ? OptionalLong.empty()
                : pauses.stream().mapToLong(Pause::nanos).min();
    }

    /**
     * The longest of its longest pauses that overlaps a time.
     *
     * @param from when the time begins
     * @param to when it ends
     * @return the pause, if it remembers one
     */
    public Optional<Pause> longestPause(long from, long to) {
        return pauses.stream()
                .filter(pause -> pause.overlaps(from, to))
                .max(Comparator.comparingLong(Pause::nanos));
    }
}
