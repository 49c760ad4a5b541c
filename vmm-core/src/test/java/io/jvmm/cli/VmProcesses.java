package io.jvmm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The VMM processes of one test and the directory they meet in. Closing kills every one of them,
 * frozen or not, and so does the end of the test's own process.
 */
final class VmProcesses implements AutoCloseable {
    private static final List<String> JAVA_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms64m",
                    "-Xmx64m",
                    "-XX:-UsePerfData",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Djava.util.logging.SimpleFormatter.format=jvmm: %4$s: %5$s%6$s%n");

    private final Path directory;
    private final List<TestVm> started = new ArrayList<>();
    private final List<GateProxy> proxies = new ArrayList<>();
    private final Thread killer = Thread.ofPlatform().unstarted(this::killAll);

    VmProcesses() {
        try {
            directory = Files.createTempDirectory("jvmm-process");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(killer);
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Where the destination of these processes listens. */
    String uri() {
        return "unix:" + file("migration");
    }

    /** Stands before {@link #uri} from now on. */
    GateProxy proxy() {
        GateProxy proxy = new GateProxy(file("proxy"), file("migration"));
        proxies.add(proxy);
        return proxy;
    }

    String proxyUri() {
        return "unix:" + file("proxy");
    }

    /** Starts {@code jvmm run} with a QMP monitor beside these options; does not wait for it. */
    TestVm start(String options) {
        return start(options, List.of());
    }

    /** The same, by another command that starts a command. */
    TestVm start(String options, List<String> starter) {
        String name = "vm" + started.size();
        Path socket = file(name + ".qmp");
        List<String> command = new ArrayList<>(starter);
        command.addAll(javaCommand());
        command.addAll(List.of("run", "-qmp", "unix:" + socket + ",server=on,wait=off"));
        command.addAll(List.of(options.split(" ", -1)));
        Path log = file(name + ".log");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            TestVm vm = new TestVm(name, process, socket, log);
            started.add(vm);
            return vm;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The test's own virtual machine of Java and its classes, all on the class path. */
    private static List<String> javaCommand() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-cp", classPath(), Main.class.getName()));
        return command;
    }

    private static String classPath() {
        @Nullable String modules = System.getProperty("jdk.module.path");
        String classes = System.getProperty("java.class.path");
        return modules == null ? classes : modules + ":" + classes;
    }

    @Override
    public void close() {
        killAll();
        Runtime.getRuntime().removeShutdownHook(killer);
        proxies.forEach(GateProxy::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void killAll() {
        started.forEach(vm -> vm.process().destroyForcibly());
        started.forEach(TestVm::awaitExit);
    }
}
