package io.jvmm.cli.soak;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import java.util.Optional;

/** One side of a migration. Any thread. */
interface Vmm extends AutoCloseable {
    /**
     * Carries out a QMP command.
     *
     * @throws CommandRefusedException if the answer is an error
     * @throws VmmGoneException if there is no answer any more
     */
    Json ask(String command, Json.Obj arguments);

    /** The run state's name; that of the process if it has ended: {@link #GONE}. */
    String runState();

    /** Its process, if it has one of its own. */
    default Optional<Process> process() {
        return Optional.empty();
    }

    @Override
    void close();

    /** The run state of a process that has ended. */
    String GONE = "gone";

    String RUNNING = "running";

    /** Carries out a command that returns an object. */
    default Json.Obj ask(String command) {
        return ask(command, new Json.Obj()) instanceof Json.Obj object ? object : new Json.Obj();
    }

    default GuestReport guest() {
        return GuestReport.of(ask("x-query-stress"));
    }

    /** The state of its migration, as {@code query-migrate} tells it. */
    default Json.Obj migration() {
        return ask("query-migrate");
    }

    default String status() {
        Json.Obj migration = migration();
        return migration.find("status").isPresent() ? migration.string("status") : "";
    }
}
