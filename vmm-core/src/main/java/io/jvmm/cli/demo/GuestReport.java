package io.jvmm.cli.demo;

import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the guest says of itself ({@code x-query-stress}). */
record GuestReport(long work, long pages, long wrongPages, List<Pause> pauses) {

    /** A pause on the host's monotonic clock. */
    record Pause(long start, long nanos) {
        boolean overlaps(long from, long to) {
            return start <= to && start + nanos >= from;
        }
    }

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
                json.integer("work"), json.integer("pages"), json.integer("wrong-pages"), pauses);
    }

    /** The longest of its longest pauses that overlaps a time. */
    Optional<Pause> longestPause(long from, long to) {
        return pauses.stream()
                .filter(pause -> pause.overlaps(from, to))
                .max(Comparator.comparingLong(Pause::nanos));
    }
}
