package io.jvmm.cli.demo;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The two stories: a switchover in time, and one that overruns and is taken back. */
public final class Demo {
    private static final long GUEST_SLACK_MILLIS = 100;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long NANOS_PER_MILLI_LONG = 1_000_000;
    private static final String PAUSE = "longest pause as the guest measured it";
    private static final long COUNTER_PATIENCE_NANOS = 5_000_000_000L;

    private final DemoSettings settings;
    private final Consumer<String> say;

    /**
     * Prepares the demonstration.
     *
     * @param settings what it runs with
     * @param say takes each line for people
     */
    public Demo(DemoSettings settings, Consumer<String> say) {
        this.settings = settings;
        this.say = say;
    }

    /**
     * Tells both stories.
     *
     * @return what was seen, for scripts; {@code as-told} says whether both went as told
     * @throws IOException if the processes could not be started or reached
     * @throws DemoException if something else was in the way
     */
    public Json.Obj run() throws IOException {
        String accelerator =
                settings.accelerator().isEmpty() ? "kvm, else interp" : settings.accelerator();
        say.accept(
                "Two VMM processes, accelerator %s, %s of RAM, a guest that dirties %s%s."
                        .formatted(
                                accelerator,
                                settings.memory(),
                                settings.dirtyRate(),
                                settings.device()
                                        ? " and uses a serial port that moves with it"
                                        : ""));
        Verdict inTime = inDirectory(this::inTime);
        Verdict overrun = inDirectory(this::overrun);
        return new Json.Obj()
                .put("as-told", inTime.isAsTold() && overrun.isAsTold())
                .put("stories", Json.array(inTime.json(), overrun.json()));
    }

    private interface Telling {
        Verdict in(Path directory) throws IOException;
    }

    private static Verdict inDirectory(Telling telling) throws IOException {
        Path directory = Files.createTempDirectory("jvmm-demo");
        try {
            return telling.in(directory);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Verdict inTime(Path directory) throws IOException {
        title("Story 1: the guest moves within its limit of " + settings.limitMillis() + " ms");
        Verdict verdict = new Verdict("in-time");
        try (Story story = new Story(settings, directory, Hardship.none(), this::indent)) {
            GuestReport before = GuestReport.of(story.source().ask("x-query-stress"));
            story.migrate();
            Json.Obj migration = story.watch();
            outcome(verdict, migration, "completed");
            if (verdict.isAsTold()) {
                completed(verdict, story, migration, before);
            }
        }
        return told(verdict);
    }

    private void completed(Verdict verdict, Story story, Json.Obj migration, GuestReport before) {
        long downtime = migration.integer("downtime");
        verdict.see(
                "downtime as the VMM measured it",
                downtime + " ms (limit " + settings.limitMillis() + " ms)",
                "downtime-ms",
                downtime);
        verdict.expect("the downtime is within the limit", downtime <= settings.limitMillis());
        verdict.expect("the guest runs at the destination", story.destination().isGuestRunning());
        verdict.expect("no guest runs at the source", !story.source().isGuestRunning());
        GuestReport after = GuestReport.of(story.destination().ask("x-query-stress"));
        pause(verdict, migration, after, (downtime + 1) * NANOS_PER_MILLI_LONG);
        memory(verdict, before, after);
    }

    private Verdict overrun(Path directory) throws IOException {
        long slow = settings.slowMillis();
        String what =
                settings.device()
                        ? "a device that takes %d ms to give its state"
                        : "a destination that loads %d ms too slowly";
        title("Story 2: " + what.formatted(slow) + "; the guest comes back");
        Verdict verdict = new Verdict("overrun");
        Hardship hardship = settings.device() ? Hardship.slowDevice(slow) : Hardship.slowLoad(slow);
        try (Story story = new Story(settings, directory, hardship, this::indent)) {
            GuestReport before = GuestReport.of(story.source().ask("x-query-stress"));
            story.migrate();
            Json.Obj migration = story.watch();
            outcome(verdict, migration, "cancelled");
            if (verdict.isAsTold()) {
                cancelled(verdict, story, migration, before);
            }
        }
        return told(verdict);
    }

    private void cancelled(Verdict verdict, Story story, Json.Obj migration, GuestReport before) {
        Json.Obj abort = migration.object("switchover").object("abort");
        String phase = abort.string("phase");
        verdict.see(
                "aborted by the " + abort.string("side"),
                "in " + phase,
                "phase",
                new Json.Str(phase));
        if (abort.find("watch-late-ns").isPresent()) {
            long late = abort.integer("watch-late-ns");
            verdict.see("the watch fired", millis(late) + " late", "watch-late-ns", late);
        }
        long resumed = abort.integer("resumed-ns");
        verdict.see(
                "the guest ran again at the source",
                millis(resumed) + " after it was stopped (limit " + settings.limitMillis() + " ms)",
                "resumed-ns",
                resumed);
        verdict.expect(
                "the guest ran again within the limit",
                resumed <= settings.limitMillis() * NANOS_PER_MILLI_LONG);
        verdict.expect("the guest runs at the source", story.source().isGuestRunning());
        verdict.expect("no guest runs at the destination", !story.destination().isGuestRunning());
        GuestReport after = GuestReport.of(story.source().ask("x-query-stress"));
        pause(verdict, migration, after, resumed);
        memory(verdict, before, after);
        verdict.expect("the work counter goes on", isCounting(story.source(), after.work()));
    }

    private static boolean isCounting(ChildVm vm, long work) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < COUNTER_PATIENCE_NANOS) {
            if (GuestReport.of(vm.ask("x-query-stress")).work() > work) {
                return true;
            }
            ChildVm.pause();
        }
        return false;
    }

    private void outcome(Verdict verdict, Json.Obj migration, String expected) {
        String status = migration.string("status");
        String cause =
                migration.find("error-desc").isPresent() ? migration.string("error-desc") : "";
        verdict.see(
                "outcome",
                cause.isEmpty() ? status : status + ": " + cause,
                "status",
                new Json.Str(status));
        verdict.expect("the migration is " + expected, status.equals(expected));
    }

    /**
     * The guest's own word: its longest pause that overlaps the switchover. It remembers only its
     * longest pauses; if the switchover is not among them, it was shorter than the shortest of
     * them.
     */
    private void pause(Verdict verdict, Json.Obj migration, GuestReport guest, long nanos) {
        long stop = migration.object("switchover").integer("stop-clock-ns");
        Optional<GuestReport.Pause> pause = guest.longestPause(stop, stop + nanos);
        if (pause.isPresent()) {
            long seen = pause.get().nanos();
            verdict.see(PAUSE, millis(seen), "guest-pause-ns", seen);
            expectWithinLimit(verdict, seen);
            return;
        }
        OptionalLong bound = guest.shortestRemembered();
        verdict.expect("the guest noticed the switchover", bound.isPresent());
        bound.ifPresent(most -> {
            String text = "less than " + millis(most) + " (not among its longest pauses)";
            verdict.see(PAUSE, text, "guest-pause-below-ns", most);
            expectWithinLimit(verdict, most);
        });
    }

    /**
     * The guest's pause also holds what is not downtime: it reads its clock every few milliseconds
     * only, and a busy host runs its vCPU later than the VMM let it run.
     */
    private void expectWithinLimit(Verdict verdict, long nanos) {
        long allowed = settings.limitMillis() + GUEST_SLACK_MILLIS;
        verdict.expect(
                "the guest's pause is within the limit and " + GUEST_SLACK_MILLIS + " ms",
                nanos <= allowed * NANOS_PER_MILLI_LONG);
    }

    private static void memory(Verdict verdict, GuestReport before, GuestReport after) {
        verdict.see(
                "pages verified",
                "%d of %d".formatted(after.pages() - after.wrongPages(), after.pages()),
                "pages",
                after.pages());
        verdict.see(
                "work counter",
                "%d before, %d after".formatted(before.work(), after.work()),
                "work",
                after.work());
        if (after.uarts().count() > 0) {
            uarts(verdict, before.uarts(), after.uarts());
        }
        verdict.expect("every page is as the guest wrote it", after.wrongPages() == 0);
        verdict.expect("there are pages to verify", after.pages() > 0);
        verdict.expect("the work counter did not go back", after.work() >= before.work());
    }

    private static void uarts(Verdict verdict, GuestReport.Uarts before, GuestReport.Uarts after) {
        verdict.see(
                "bytes back from the devices",
                "%d before, %d after".formatted(before.bytes(), after.bytes()),
                "uart-bytes",
                after.bytes());
        verdict.expect("every byte came back from the devices", after.errors() == 0);
        verdict.expect("bytes come back from the devices", after.bytes() > 0);
    }

    private void title(String text) {
        say.accept("");
        say.accept(text);
    }

    private void indent(String line) {
        say.accept(line.isEmpty() ? "" : "  " + line);
    }

    private Verdict told(Verdict verdict) {
        say.accept("");
        List<String> lines = verdict.text();
        lines.forEach(this::indent);
        return verdict;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
    }
}
