package io.jvmm.cli;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.ArcRule;
import io.jvmm.vfio.user.server.DataFault;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DmaDirtying;
import io.jvmm.vfio.user.server.Precopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a served device behaves. */
final class ServedDeviceOptions {
    private static final String ARC = "--arc";
    private static final String PRECOPY = "--precopy";
    private static final String DIRTY = "--dirty";

    @Option(names = "--ports", paramLabel = "N", description = "serial ports, 1 or 2 (1)")
    private int ports = 1;

    @Option(names = "--no-p2p", description = "without the P2P states")
    private boolean withoutP2p;

    @Option(names = "--no-precopy", description = "without the PRE_COPY states")
    private boolean withoutPrecopy;

    @Option(
            names = PRECOPY,
            paramLabel = "initial=SIZE[,dirty=SIZE]",
            description = "what it gives in the PRE_COPY states (a header only)")
    private String precopy = "";

    @Option(
            names = "--state-size",
            paramLabel = "SIZE",
            description = "bytes of patterned state besides the registers (0)")
    private String stateSize = "0";

    @Option(
            names = "--data-rate",
            paramLabel = "SIZE",
            description = "bytes of state per second, both ways (no limit)")
    private String dataRate = "0";

    @Option(
            names = DIRTY,
            paramLabel = "iova=ADDRESS,length=SIZE,rate=PAGES",
            description = "guest memory that it writes while it runs, pages per second")
    private String dirty = "";

    @Option(
            names = ARC,
            paramLabel = "from=STATE,to=STATE[,delay=MS][,OUTCOME]",
            description = {
                "what happens on an arc; may be repeated. OUTCOME: refuse=ERRNO, error (the"
                        + " state is ERROR then), hang (for ever), disconnect, die; without it"
                        + " the device arrives"
            })
    private List<String> arcs = new ArrayList<>();

    @Option(
            names = "--cut-after",
            paramLabel = "SIZE",
            description = "bytes after which its state ends too early")
    private String cutAfter = "";

    @Option(
            names = "--fault",
            paramLabel = "NAME",
            description = {
                "what it does wrong besides; may be repeated: bad-header, bad-region-size,"
                        + " too-few-descriptors, reply-too-long"
            })
    private List<String> faults = new ArrayList<>();

    DeviceProgram program() {
        DeviceProgram program =
                DeviceProgram.uart()
                        .withPorts(ports)
                        .withStateSize(OptionList.size("--state-size", stateSize, 1))
                        .withDataRate(OptionList.size("--data-rate", dataRate, 1))
                        .withFaults(
                                faults.stream()
                                        .map(each -> constant("--fault", DataFault.class, each))
                                        .toArray(DataFault[]::new));
        program = withOptionalStates(program);
        if (!cutAfter.isEmpty()) {
            program = program.withCutAfter(OptionList.size("--cut-after", cutAfter, 1));
        }
        if (!dirty.isEmpty()) {
            program = program.withDma(dirtying());
        }
        for (String arc : arcs) {
            program = program.withRule(rule(arc));
        }
        return program;
    }

    private DeviceProgram withOptionalStates(DeviceProgram program) {
        DeviceProgram result = withoutP2p ? program.withoutP2p() : program;
        if (withoutPrecopy) {
            return result.withoutPrecopy();
        }
        if (precopy.isEmpty()) {
            return result;
        }
        OptionList list = OptionList.parse(PRECOPY, precopy, "initial");
        long initial = OptionList.size(PRECOPY, list.take("initial", "0"), 1);
        long changed = OptionList.size(PRECOPY, list.take("dirty", "0"), 1);
        list.end();
        return result.withPrecopy(new Precopy(initial, changed));
    }

    private DmaDirtying dirtying() {
        OptionList list = OptionList.parse(DIRTY, dirty, "iova");
        long iova = OptionList.size(DIRTY, list.require("iova"), 1);
        long length = OptionList.size(DIRTY, list.require("length"), 1);
        int rate = OptionList.count(DIRTY, list.require("rate"));
        list.end();
        return new DmaDirtying(iova, length, rate);
    }

    private static ArcRule rule(String text) {
        OptionList list = OptionList.parse(ARC, text, "from");
        DeviceMigrationState from = constant(ARC, DeviceMigrationState.class, list.require("from"));
        DeviceMigrationState to = constant(ARC, DeviceMigrationState.class, list.require("to"));
        Duration delay = Duration.ofMillis(OptionList.count(ARC, list.take("delay", "0")));
        ArcOutcome outcome = outcome(list);
        list.end();
        return new ArcRule(from, to, delay, outcome);
    }

    private static ArcOutcome outcome(OptionList list) {
        String refuse = list.take("refuse");
        if (refuse != null) {
            return new ArcOutcome.Refuse(constant(ARC, Errno.class, refuse));
        }
        if (list.take("error") != null) {
            return new ArcOutcome.Fail();
        }
        if (list.take("hang") != null) {
            return new ArcOutcome.Hang();
        }
        if (list.take("disconnect") != null) {
            return new ArcOutcome.Disconnect();
        }
        return list.take("die") != null ? new ArcOutcome.Die() : new ArcOutcome.Pass();
    }

    private static <E extends Enum<E>> E constant(String option, Class<E> type, String text) {
        try {
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException _) {
            throw new UsageException(option + ": no such value: value=" + text);
        }
    }
}
