package io.jvmm.cli.demo;

import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** One migration from a source process to a destination process, watched to its end. */
final class Story implements AutoCloseable {
    private static final Set<String> OUTCOMES =
            Set.of("completed", "cancelled", "failed", "handover-unknown");
    private static final long PROGRESS_NANOS = 250_000_000;
    private static final double MEBIBYTE = 1 << 20;

    private final DemoSettings settings;
    private final Consumer<String> say;
    private final Deque<Child> children = new ArrayDeque<>();
    private final ChildVm destination;
    private final ChildVm source;

    /**
     * Starts both processes.
     *
     * @param directory for sockets and logs
     * @param hardship what is made hard
     * @param say takes each line for people
     */
    Story(DemoSettings settings, Path directory, Hardship hardship, Consumer<String> say)
            throws IOException {
        this.settings = settings;
        this.say = say;
        try {
            destination = start("destination", directory, Hardship.device(), incoming(hardship));
            source = start("source", directory, hardship.sourceDevice(), guest());
        } catch (IOException | DemoException e) {
            close();
            throw e;
        }
    }

    private ChildVm start(String role, Path directory, List<String> device, List<String> options)
            throws IOException {
        List<String> all = machine();
        all.addAll(options);
        if (settings.device()) {
            ChildDevice child = ChildDevice.start(role, directory, device);
            children.push(child);
            all.addAll(child.option());
        }
        ChildVm vm = ChildVm.start(role, directory, all);
        children.push(vm);
        return vm;
    }

    private static List<String> incoming(Hardship hardship) {
        return List.of(
                "-incoming",
                "tcp:127.0.0.1:0",
                "-global",
                "migration.x-load-delay=" + hardship.loadDelayMillis());
    }

    private List<String> guest() {
        String uart = settings.device() ? ",uart=1" : "";
        return List.of("-guest", "stress,dirty-rate=" + settings.dirtyRate() + uart);
    }

    private List<String> machine() {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("-machine", "microvm", "-m", settings.memory()));
        if (!settings.accelerator().isEmpty()) {
            options.addAll(List.of("-accel", settings.accelerator()));
        }
        return options;
    }

    ChildVm source() {
        return source;
    }

    ChildVm destination() {
        return destination;
    }

    /** Types the five commands into the source's monitor. */
    void migrate() {
        String uri = listenUri();
        say.accept("source       pid " + source.pid() + ", the guest runs");
        say.accept("destination  pid " + destination.pid() + ", waits at " + uri);
        say.accept("");
        type("migrate_set_capability return-path on");
        type("migrate_set_capability switchover-abort on");
        type("migrate_set_parameter downtime-limit " + settings.downtimeLimitMillis());
        type("migrate_set_parameter switchover-limit " + settings.switchoverLimitMillis());
        type("migrate -d " + uri);
        say.accept("");
    }

    private void type(String line) {
        say.accept("(qemu) " + line);
        String answer = source.type(line).strip();
        if (!answer.isEmpty()) {
            throw new DemoException("the source answers: " + answer);
        }
    }

    private String listenUri() {
        Json.Obj migration = destination.ask("query-migrate");
        if (migration.find("socket-address").orElse(null) instanceof Json.Arr(List<Json> list)
                && list.getFirst() instanceof Json.Obj address) {
            return "tcp:" + address.string("host") + ":" + address.string("port");
        }
        throw new DemoException("the destination does not listen");
    }

    /** Shows progress until the migration has ended; the result is its last state. */
    Json.Obj watch() {
        long next = System.nanoTime();
        while (true) {
            Json.Obj migration = source.ask("query-migrate");
            if (OUTCOMES.contains(migration.string("status"))) {
                return migration;
            }
            if (System.nanoTime() - next >= 0 && migration.find("ram").isPresent()) {
                progress(migration);
                next += PROGRESS_NANOS;
            }
            ChildVm.pause();
        }
    }

    private void progress(Json.Obj migration) {
        Json.Obj ram = migration.object("ram");
        say.accept(
                String.format(
                        Locale.ROOT,
                        "%-10s pass %-3d %8.1f MiB sent  %8.1f MiB to go",
                        migration.string("status"),
                        ram.integer("dirty-sync-count"),
                        ram.integer("transferred") / MEBIBYTE,
                        ram.integer("remaining") / MEBIBYTE));
    }

    /** Everything ends, the machines before their devices. */
    @Override
    public void close() {
        while (!children.isEmpty()) {
            children.pop().close();
        }
    }
}
