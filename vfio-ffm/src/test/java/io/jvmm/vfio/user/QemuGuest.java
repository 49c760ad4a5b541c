package io.jvmm.vfio.user;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A QEMU whose only disk-less guest is the firmware; commands go to its human monitor, by QMP on
 * standard input and output. It runs from unpacked packages, by their own loader.
 */
final class QemuGuest implements AutoCloseable {
    private static final int SLOT = 3;

    /** Where the firmware of the machine puts the configuration space of the slot in memory. */
    private static final String STATUS_REGISTER = "0x%x".formatted(0xb0000000L + (SLOT << 15) + 6);

    private static final Pattern BAR = Pattern.compile("BAR([01]): I/O at 0x([0-9a-f]{4}) ");
    private static final Pattern VALUE = Pattern.compile("(?:= |: )0x([0-9a-f]+)");

    private final Process process;
    private final BufferedReader in;
    private final Writer out;
    private String pci = "";
    private String last = "";

    private QemuGuest(Process process) {
        this.process = process;
        in = process.inputReader(StandardCharsets.UTF_8);
        out = process.outputWriter(StandardCharsets.UTF_8);
    }

    static QemuGuest start(Path root, Path device) throws IOException {
        String libraries = root + "/usr/lib/x86_64-linux-gnu";
        String socket = "{'type':'unix','path':'%s'}".formatted(device);
        String option =
                "{'driver':'vfio-user-pci','addr':'%d','socket':%s}".formatted(SLOT, socket);
        List<String> line =
                List.of(
                        libraries + "/ld-linux-x86-64.so.2",
                        "--library-path",
                        libraries,
                        root + "/usr/bin/qemu-system-x86_64",
                        "-L",
                        root + "/usr/share/seabios",
                        "-L",
                        root + "/usr/share/qemu",
                        "-machine",
                        "q35,memory-backend=m",
                        "-accel",
                        "tcg",
                        "-object",
                        "memory-backend-memfd,id=m,size=64M,share=on",
                        "-nodefaults",
                        "-display",
                        "none",
                        "-device",
                        option.replace('\'', '"'),
                        "-qmp",
                        "stdio");
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("QEMU_MODULE_DIR", libraries + "/qemu");
        QemuGuest guest = new QemuGuest(builder.start());
        guest.execute("{'execute':'qmp_capabilities'}");
        return guest;
    }

    private String execute(String command) throws IOException {
        out.write(command.replace('\'', '"') + "\n");
        out.flush();
        String line = in.readLine();
        while (line != null && !line.contains("\"return\"") && !line.contains("\"error\"")) {
            last = line; // the greeting, an event, a complaint
            line = in.readLine();
        }
        if (line == null || line.contains("\"error\"")) {
            throw new AssertionError(
                    "QEMU refuses: command=%s answer=%s before=%s".formatted(command, line, last));
        }
        return line;
    }

    private String monitor(String command) throws IOException {
        return execute(
                "{'execute':'human-monitor-command','arguments':{'command-line':'%s'}}"
                        .formatted(command));
    }

    /** Waits until the firmware has given the device its ports; each question takes its time. */
    String awaitBars() throws IOException {
        do {
            pci = monitor("info pci");
        } while (BAR.matcher(pci).results().count() < 2);
        return pci;
    }

    void resetAndAwaitBars() throws IOException {
        monitor("system_reset");
        awaitBars();
    }

    /** The first port of a BAR. */
    String bar(int index) {
        return BAR.matcher(pci)
                .results()
                .filter(match -> match.group(1).equals(Integer.toString(index)))
                .findFirst()
                .orElseThrow()
                .group(2);
    }

    long read(String bar, String register) throws IOException {
        return value(monitor("i /b 0x%s + %s".formatted(bar, register)));
    }

    void write(String bar, String register, int value) throws IOException {
        monitor("o /b 0x%s + %s %d".formatted(bar, register, value));
    }

    /** The interrupt bit of the device's PCI status register. */
    boolean isInterrupting() throws IOException {
        return (value(monitor("xp /1hx " + STATUS_REGISTER)) & 8) != 0;
    }

    private static long value(String answer) {
        Matcher matcher = VALUE.matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError("No value: answer=" + answer);
        }
        return Long.parseLong(matcher.group(1), 16);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
