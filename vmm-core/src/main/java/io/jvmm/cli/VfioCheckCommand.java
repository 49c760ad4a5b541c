package io.jvmm.cli;

import io.jvmm.linux.SyscallException;
import io.jvmm.monitor.json.JsonText;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.check.CheckOptions;
import io.jvmm.vfio.check.CheckReport;
import io.jvmm.vfio.check.VfioCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvmm vfio-check}. */
@Command(
        name = "vfio-check",
        sortOptions = false,
        description = {
            "Checks the migration of a VFIO device against the rules: every pair of states, round"
                    + " trips, precopy, cancels, resets, bad data, the log of written memory.",
            "The device is reset many times, and its state is moved to the second device, or else"
                    + " back into itself."
        },
        footer = {
            "",
            "DEVICE is a vfio-user socket's path, an mdev's UUID, a path in sysfs or a PCI address;"
                    + " also socket=PATH, sysfsdev=PATH or host=ADDRESS.",
            "",
            "Exit status: 0 nothing failed, 1 something did, 2 nothing could be checked: no such"
                    + " device, or one that cannot migrate.",
            "",
            "  jvmm vfio-check --self",
            "  jvmm vfio-check /run/device.sock",
            "  jvmm vfio-check --iommufd 83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"
        })
final class VfioCheckCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int NOT_CHECKED = 2;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DEVICE", arity = "0..2", description = "the device; a second one")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--self", description = "checks two devices of our own device server")
    private boolean self;

    @Option(
            names = "--iommufd",
            description = "opens devices of the kernel by their own file and iommufd, not by group")
    private boolean iommuFd;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "how often each pair of states is tried, for its times (10)")
    private int repeat = CheckOptions.DEFAULT.repeat();

    @Option(
            names = "--step-limit",
            paramLabel = "MS",
            description = "how long one call to the device may take (10000)")
    private long stepLimit = CheckOptions.DEFAULT.stepLimit().toMillis();

    @Option(
            names = "--state-limit",
            paramLabel = "SIZE",
            description = "how much state a device may have before it counts as endless (1G)")
    private String stateLimit = "1G";

    @Option(names = "--json", description = "prints one JSON object")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws IOException {
        try {
            CheckReport report = self ? checkSelf() : checkDevices();
            print(report);
            return report.passed() ? 0 : FAILED;
        } catch (UsageException | VfioException | SyscallException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("jvmm: vfio-check: " + e.getMessage());
            err.flush();
            return NOT_CHECKED;
        }
    }

    private CheckReport checkSelf() throws IOException {
        if (!devices.isEmpty()) {
            throw new UsageException("--self checks no other device: device=" + devices.getFirst());
        }
        if (iommuFd) {
            throw new UsageException("--iommufd is for devices of the kernel: --self has none");
        }
        try (OwnDevices own = OwnDevices.start()) {
            return check(own.targets());
        }
    }

    private CheckReport checkDevices() {
        if (devices.isEmpty()) {
            throw new UsageException("expects a DEVICE, or --self");
        }
        return check(devices.stream().map(text -> VfioTarget.parse(text, iommuFd)).toList());
    }

    private CheckReport check(List<VfioTarget> targets) {
        CheckOptions options = options();
        try (VfioBackend device = targets.getFirst().open()) {
            if (targets.size() == 1) {
                return VfioCheck.run(device, options);
            }
            try (VfioBackend destination = targets.getLast().open()) {
                return VfioCheck.run(device, destination, options);
            }
        }
    }

    private CheckOptions options() {
        if (repeat < 1) {
            throw new UsageException("--repeat: expects at least 1: value=" + repeat);
        }
        if (stepLimit < 1) {
            throw new UsageException("--step-limit: expects at least 1: value=" + stepLimit);
        }
        long bytes = OptionList.size("--state-limit", stateLimit, 1);
        if (bytes < 1) {
            throw new UsageException("--state-limit: expects at least 1: value=" + stateLimit);
        }
        return new CheckOptions(repeat, Duration.ofMillis(stepLimit), bytes);
    }

    private void print(CheckReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonText.write(CheckJson.of(report)));
        } else {
            CheckText.lines(report).forEach(out::println);
        }
        out.flush();
    }
}
