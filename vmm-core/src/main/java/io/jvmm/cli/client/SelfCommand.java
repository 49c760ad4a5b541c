package io.jvmm.cli.client;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts this program once more. */
public final class SelfCommand {
    private static final String MAIN_CLASS = "io.jvmm.cli.Main";

    private SelfCommand() {}

    /**
     * With the virtual machine of Java that runs this process, and its options.
     *
     * @param arguments the program's arguments
     * @return the command
     */
    public static List<String> of(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS));
        command.addAll(List.of(arguments));
        return command;
    }
}
