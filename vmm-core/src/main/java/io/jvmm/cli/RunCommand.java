package io.jvmm.cli;

import io.jvmm.machine.MachineConfig;
import io.jvmm.monitor.MonitorSpec;
import io.jvmm.monitor.transport.Chardev;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvmm run}: one virtual machine, told what to be by QEMU's options. */
@Command(
        name = "run",
        versionProvider = Versions.ForQemuDrivers.class,
        sortOptions = false,
        description = "Runs one virtual machine; the options are QEMU's.",
        footer = {
            "",
            "A monitor is reached at stdio, none, unix:PATH or tcp:HOST:PORT, the sockets with"
                    + " ,server=on,wait=off to listen. UNIX sockets let in your own user only; TCP"
                    + " listens on this host only unless HOST says otherwise.",
            "",
            "  jvmm run -m 256M -guest stress,dirty-rate=32M/s -monitor stdio",
            "  jvmm run -m 256M -guest stress -incoming tcp:127.0.0.1:4444 -monitor stdio"
        })
final class RunCommand implements Callable<Integer> {
    @Option(
            names = "-machine",
            paramLabel = "TYPE",
            description = "none or microvm (the default); accel=A:B as with -accel")
    private List<String> machines = new ArrayList<>();

    @Option(
            names = "-accel",
            paramLabel = "NAME",
            description = "kvm, or interp (also tcg); repeated: the first that works")
    private List<String> accels = new ArrayList<>();

    @Option(names = "-m", paramLabel = "SIZE", description = "RAM, in MiB or with a suffix (128M)")
    private String memory = "";

    @Option(names = "-smp", paramLabel = "N", description = "number of vCPUs (1)")
    private String smp = "";

    @Option(names = "-name", paramLabel = "NAME", description = "name of the guest")
    private String name = "";

    @Option(names = "-uuid", paramLabel = "UUID", description = "identity of the guest")
    private String uuid = "";

    @Option(
            names = "-guest",
            paramLabel = "stress[,...]",
            description =
                    "built-in guest that dirties memory: working-set=SIZE (half of the RAM),"
                            + " dirty-rate=SIZE/s (as fast as it can), uart=N uses so many serial"
                            + " ports on the PCI bus")
    private String guest = "";

    @Option(
            names = "-drive",
            paramLabel = "file=PATH,format=raw",
            description = "disk whose first sector is booted")
    private List<String> drives = new ArrayList<>();

    @Option(
            names = "-device",
            paramLabel = "DRIVER,...",
            description = {
                "ide-hd,drive=ID: attaches a drive that was given with if=none,id=ID",
                "vfio-user-pci,socket=PATH: a device that another process serves",
                "vfio-pci,host=ADDRESS or sysfsdev=DIRECTORY: a device of this host;"
                        + " iommufd=on opens it by its character device",
                "id=NAME and addr=SLOT for both"
            })
    private List<String> devices = new ArrayList<>();

    @Option(
            names = "-serial",
            paramLabel = "WHERE",
            description = "what the guest writes to COM1: file:PATH, stdio or none (the default)")
    private String serial = "";

    @Option(names = "-monitor", paramLabel = "WHERE", description = "human monitor")
    private List<String> monitors = new ArrayList<>();

    @Option(names = "-qmp", paramLabel = "WHERE", description = "JSON monitor")
    private List<String> qmp = new ArrayList<>();

    @Option(
            names = "-chardev",
            paramLabel = "socket,id=ID,...",
            description = "a place for -mon: path=PATH, or host=HOST,port=PORT; server, wait")
    private List<String> chardevs = new ArrayList<>();

    @Option(
            names = "-mon",
            paramLabel = "chardev=ID",
            description = "a monitor there; mode=readline or control")
    private List<String> mons = new ArrayList<>();

    @Option(
            names = "-incoming",
            paramLabel = "URI|defer",
            description =
                    "waits for a migration at tcp:HOST:PORT or unix:PATH, or for"
                            + " migrate_incoming")
    private String incoming = "";

    @Option(names = "-S", description = "does not run the guest until cont")
    private boolean paused;

    @Option(
            names = "-global",
            paramLabel = "migration.P=V",
            description =
                    "x-CAPABILITY=on, PARAMETER=VALUE, or x-save-delay=MS, x-load-delay=MS: a"
                            + " migration saves or loads this much slower, for tests")
    private List<String> globals = new ArrayList<>();

    @Option(names = "-pidfile", paramLabel = "PATH", description = "writes the process id there")
    private @Nullable Path pidFile;

    @Option(names = "-display", paramLabel = "none", description = "only none")
    private String display = "none";

    @Option(names = "-audio", paramLabel = "none", description = "only none")
    private String audio = "none";

    @Option(
            names = {"-nodefaults", "-no-reboot"},
            description = "accepted: there are no default devices, and no reboot")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean ignored;

    @Option(names = "-version", versionHelp = true, description = "prints the version")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean version;

    @Option(
            names = {"-help", "-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws Exception {
        return new VmProcess(plan()).run();
    }

    /**
     * What the options mean together.
     *
     * @throws UsageException or IllegalArgumentException if they make no sense
     */
    RunPlan plan() {
        requireNone("-display", display);
        requireNone("-audio", audio);
        MachineConfig.Hardware hardware =
                MachineOptions.hardware(
                        machines, accels, memory, smp, DeviceOptions.onPciBus(devices));
        MachineConfig machine =
                new MachineConfig(
                        MachineOptions.name(name),
                        MachineOptions.uuid(uuid),
                        hardware,
                        GuestOptions.payload(
                                guest,
                                drives,
                                DeviceOptions.others(devices),
                                hardware.memoryBytes()),
                        new MachineConfig.Startup(paused, !incoming.isEmpty()));
        List<MonitorSpec> places = MonitorOptions.monitors(monitors, qmp, chardevs, mons);
        RunPlan.SerialTarget serialTarget = MonitorOptions.serial(serial);
        if (serialTarget instanceof RunPlan.SerialTarget.Stdio
                && places.stream().anyMatch(spec -> spec.chardev() instanceof Chardev.Stdio)) {
            throw new UsageException("cannot use stdio by both -serial and a monitor");
        }
        return new RunPlan(
                machine,
                serialTarget,
                places,
                incoming.isEmpty() || incoming.equals("defer") ? null : incoming,
                GlobalOptions.parse(globals),
                pidFile);
    }

    private static void requireNone(String option, String value) {
        if (!value.equals("none")) {
            throw new UsageException(option + ": only none is supported: value=" + value);
        }
    }
}
