package io.jvmm.cli.demo;

import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What the guest says of itself ({@code x-query-stress}). */
record GuestReport(long work, long pages, long wrongPages, Uarts uarts, List<Pause> pauses) {

    /** How many of its longest pauses a vCPU of the guest remembers. */
    private static final int REMEMBERED = 8;

    /** A pause on the host's monotonic clock. */
    record Pause(long start, long nanos) {
        boolean overlaps(long from, long to) {
            return start <= to && start + nanos >= from;
        }
    }

    /** Its serial ports on the PCI bus, and the bytes that came back through them. */
    record Uarts(long count, long bytes, long errors) {}

    static GuestReport of(Json.Obj json) {
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
     * Empty if it still has room to remember more, for then it would have.
     */
    OptionalLong shortestRemembered() {
        return pauses.size() < REMEMBERED
                ? OptionalLong.empty()
                : pauses.stream().mapToLong(Pause::nanos).min();
    }

    /** The longest of its longest pauses that overlaps a time. */
    Optional<Pause> longestPause(long from, long to) {
        return pauses.stream()
                .filter(pause -> pause.overlaps(from, to))
                .max(Comparator.comparingLong(Pause::nanos));
    }
}
