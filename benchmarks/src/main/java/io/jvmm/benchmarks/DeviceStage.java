package io.jvmm.benchmarks;

import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two device servers, between whose devices guests move: each migration has two VMM processes of
 * its own. Four processes in all, and three sockets that the state goes through.
 */
final class DeviceStage implements AutoCloseable {
    /** Too short for any switchover: the RAM is sent again and again. */
    private static final long NEVER_MILLIS = 0;

    /** Long enough for any. */
    private static final long LIMIT_MILLIS = 600_000;

    private static final int PASSES = 3;

    private static final long POLL_MILLIS = 20;

    private final Path directory;
    private final List<Path> home;
    private final List<Path> away;
    private final JvmmProcess homeServer;
    private final JvmmProcess awayServer;

    DeviceStage(int devices, long stateBytes) throws IOException {
        directory = Files.createTempDirectory("jvmm-state");
        home = sockets("home", devices);
        away = sockets("away", devices);
        homeServer = JvmmProcess.server(directory.resolve("home"), home, stateBytes);
        awayServer = JvmmProcess.server(directory.resolve("away"), away, stateBytes);
    }

    private List<Path> sockets(String side, int count) {
        return IntStream.range(0, count).mapToObj(i -> directory.resolve(side + "-" + i)).toList();
    }

    /** A guest with all the devices, moved once. */
    DeviceMove move() throws IOException, InterruptedException {
        Path socket = directory.resolve("migration");
        String uri = "unix:" + socket;
        List<String> incoming = machine(away);
        incoming.addAll(List.of("-incoming", uri));
        List<String> stress = machine(home);
        stress.addAll(List.of("-guest", "stress,working-set=4M,dirty-rate=4M,uart=" + home.size()));
        try (JvmmProcess destination =
                        JvmmProcess.machine(directory.resolve("destination"), incoming);
                JvmmProcess source = JvmmProcess.machine(directory.resolve("source"), stress)) {
            prepare(source);
            limit(source, NEVER_MILLIS);
            source.execute("migrate", new Json.Obj().put("uri", uri));
            awaitPasses(source);
            limit(source, LIMIT_MILLIS);
            Json.Obj outcome = awaitOutcome(source);
            requireWholeGuest(destination.execute("x-query-stress", new Json.Obj()));
            return new DeviceMove(
                    outcome.integer("downtime"),
                    DeviceMove.phases(outcome),
                    memory(source),
                    memory(destination));
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    private static List<String> machine(List<Path> sockets) {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("-machine", "microvm", "-m", "64M"));
        for (Path each : sockets) {
            options.addAll(List.of("-device", "vfio-user-pci,socket=" + each));
        }
        return options;
    }

    private static void prepare(JvmmProcess source) throws IOException {
        Json.Obj returnPath = new Json.Obj().put("capability", "return-path").put("state", true);
        source.execute(
                "migrate-set-capabilities",
                new Json.Obj().put("capabilities", Json.array(returnPath)));
        source.execute("migrate-set-parameters", new Json.Obj().put("max-bandwidth", 0));
    }

    private static void limit(JvmmProcess source, long millis) throws IOException {
        source.execute("migrate-set-parameters", new Json.Obj().put("downtime-limit", millis));
    }

    /** Until most of the RAM is there, so that the downtime is that of the devices. */
    private static void awaitPasses(JvmmProcess source) throws IOException, InterruptedException {
        while (true) {
            Json.Obj migration = source.execute("query-migrate", new Json.Obj());
            if (migration.find("ram").isPresent()
                    && migration.object("ram").integer("dirty-sync-count") >= PASSES) {
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static Json.Obj awaitOutcome(JvmmProcess source)
            throws IOException, InterruptedException {
        while (true) {
            Json.Obj migration = source.execute("query-migrate", new Json.Obj());
            switch (migration.string("status")) {
                case "completed" -> {
                    return migration;
                }
                case "failed", "cancelled", "handover-unknown" ->
                        throw new IOException("Not completed: " + migration);
                default -> Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private static void requireWholeGuest(Json.Obj guest) throws IOException {
        if (guest.integer("wrong-pages") != 0 || guest.integer("uart-errors") != 0) {
            throw new IOException("The guest's memory or its devices' bytes are wrong: " + guest);
        }
    }

    private static DeviceMove.Memory memory(JvmmProcess process) throws IOException {
        long resident = process.peakBeyondGuest();
        return new DeviceMove.Memory(process.endAndPeakHeap(), resident);
    }

    @Override
    public void close() throws IOException {
        homeServer.close();
        awayServer.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
