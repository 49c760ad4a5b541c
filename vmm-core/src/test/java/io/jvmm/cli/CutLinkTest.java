package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.Message;
import io.jvmm.fault.Place;
import io.jvmm.fault.PlannedFault;
import io.jvmm.fault.Trigger;
import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A link that really goes down, at each message of the switchover: this process and the source are
 * in one network namespace, the destination in another, and the veth pair between them is taken
 * down while a proxy holds the message back. Writes what was seen as a table.
 *
 * <p>Run by {@code scripts/cut-link.sh}, which makes the namespaces; needs root.
 */
@Tag("process")
@Timeout(1800)
@EnabledIfSystemProperty(
        named = "jvmm.test.netns",
        matches = ".+",
        disabledReason = "needs root and two network namespaces: scripts/cut-link.sh")
class CutLinkTest {
    private static final String NAMESPACE = System.getProperty("jvmm.test.netns", "");
    private static final String ADDRESS = System.getProperty("jvmm.test.netns.address", "");
    private static final String DEVICE = System.getProperty("jvmm.test.netns.device", "");
    private static final Path TABLE = Path.of(System.getProperty("jvmm.test.netns.table", ""));
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long UP_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long POLL_NANOS = 2_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<Message> MESSAGES =
            List.of(
                    Message.SESSION,
                    Message.SOURCE_DOWNTIME,
                    Message.END_OF_STREAM,
                    Message.READY,
                    Message.GO,
                    Message.STARTED,
                    Message.QUERY);

    private static final List<String> HEADER =
            List.of(
                    "| the link goes down | source | destination | after"
                            + " | up again: source | destination | after"
                            + " | what the source says while it is down |",
                    "|---|---|---|---|---|---|---|---|");

    /** How the link goes down: a command each for down and up. */
    private enum Cut {
        /** Nothing passes. */
        BOTH_WAYS("link set %s down", "link set %s up"),
        /** What the destination says is lost. */
        ANSWERS("qdisc add dev %s root pfifo limit 0", "qdisc del dev %s root");

        private final String down;
        private final String up;

        Cut(String down, String up) {
            this.down = down;
            this.up = up;
        }

        void down() throws IOException, InterruptedException {
            run(down);
        }

        void up() throws IOException, InterruptedException {
            run(up);
        }

        private void run(String arguments) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(arguments.startsWith("qdisc") ? "tc" : "ip");
            command.addAll(List.of("-n", NAMESPACE));
            command.addAll(List.of(arguments.formatted(DEVICE).split(" ", -1)));
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        }
    }

    /** Both run states, and how long after the link changed they came. */
    private record Seen(String source, String destination, long nanos) {
        boolean isSame(Seen other) {
            return source.equals(other.source) && destination.equals(other.destination);
        }

        boolean hasOneGuest() {
            return source.equals("running") != destination.equals("running");
        }

        /** Exactly one runs, and the other one knows that it does not. */
        boolean isSettled() {
            return hasOneGuest()
                    && !source.equals("handover-unknown")
                    && !List.of("prepared", "inmigrate").contains(destination);
        }

        String cells() {
            return String.format(
                    Locale.ROOT, "%s | %s | %.2f s", source, destination, nanos / NANOS_PER_SECOND);
        }
    }

    @Test
    void shouldEndWithOneGuestWhereverTheLinkIsCut() throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>(HEADER);
        for (Message message : MESSAGES) {
            rows.add(cut(Cut.BOTH_WAYS, message, 0));
            rows.add(cut(Cut.BOTH_WAYS, message, message.length()));
        }
        rows.add(cut(Cut.ANSWERS, Message.GO, 0));
        Files.write(TABLE, rows);
    }

    private String cut(Cut cut, Message message, int heard)
            throws IOException, InterruptedException {
        try (VmProcesses processes = new VmProcesses()) {
            TestVm source =
                    processes.start(
                            ProcessScenario.source(
                                    "interp", "x-switchover-abort=on", "downtime-limit=1000"));
            TestVm destination =
                    processes.start(
                            ProcessScenario.machine("interp") + " -incoming defer",
                            List.of("ip", "netns", "exec", NAMESPACE));
            destination.listenAt("tcp:" + ADDRESS + ":0");
            InetSocketAddress target = new InetSocketAddress(ADDRESS, port(destination));
            InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            List<PlannedFault> plan = plan(message, heard);
            try (FaultProxy proxy = new FaultProxy(here, target, new FaultPlan(plan))) {
                source.migrateTo(proxy.uri());
                assertThat(proxy.awaitHappenings(plan.size(), PATIENCE)).as("%s", message).isTrue();
                cut.down();
                proxy.lift(plan.getLast().where());
                return "| %s %s%s %s"
                        .formatted(
                                heard == 0 ? "before" : "after",
                                message,
                                cut == Cut.ANSWERS ? ", answers are lost" : "",
                                watch(source, destination, cut));
            }
        }
    }

    /** The question comes over a second connection, once the first one broke at GO. */
    private static List<PlannedFault> plan(Message message, int heard) {
        List<PlannedFault> plan = new ArrayList<>();
        int connection = 0;
        if (message == Message.QUERY) {
            plan.add(
                    new PlannedFault(
                            new Trigger.AtMessage(0, Message.GO, 1, 0),
                            Place.forward(0),
                            new Fault.Cut()));
            connection = 1;
        }
        Trigger trigger = new Trigger.AtMessage(connection, message, 1, heard);
        plan.add(new PlannedFault(trigger, trigger.place(), new Fault.Stall(Fault.FOREVER)));
        return plan;
    }

    private static String watch(TestVm source, TestVm destination, Cut cut)
            throws IOException, InterruptedException {
        Seen down = watch(source, destination, DOWN_NANOS, false);
        String says = source.errorDesc();
        String whoRuns = source.ask("migrate-handover-query").string("who-runs");
        cut.up();
        Seen up = watch(source, destination, UP_NANOS, true);
        assertThat(up.hasOneGuest()).as("%s then %s", down, up).isTrue();
        (up.source.equals("running") ? source : destination).requireRunningGuest();
        return "| %s | %s | %s |"
                .formatted(
                        down.cells(),
                        up.cells(),
                        says.isEmpty() ? whoRuns : says + " (who runs: " + whoRuns + ")");
    }

    /** The last change of both within a time; ends early once it is settled, if that is wanted. */
    private static Seen watch(TestVm source, TestVm destination, long nanos, boolean untilSettled) {
        long begin = System.nanoTime();
        Seen last = new Seen("", "", 0);
        while (System.nanoTime() - begin < nanos && !(untilSettled && last.isSettled())) {
            Seen now =
                    new Seen(source.runState(), destination.runState(), System.nanoTime() - begin);
            if (!now.isSame(last)) {
                last = now;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return last;
    }

    private static int port(TestVm destination) {
        if (destination.ask("query-migrate").find("socket-address").orElseThrow()
                        instanceof Json.Arr(List<Json> list)
                && list.getFirst() instanceof Json.Obj address) {
            return Integer.parseInt(address.string("port"));
        }
        throw new AssertionError("It does not listen.");
    }
}
