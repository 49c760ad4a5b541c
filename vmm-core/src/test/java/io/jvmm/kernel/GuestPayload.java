package io.jvmm.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that becomes {@code /app} in the guest: all that this test itself runs on, as links,
 * and a jar that is nothing but their class path. So {@code java -cp /app/tests.jar} can run any
 * class of ours there.
 */
final class GuestPayload {
    private static final String JAR = "tests.jar";

    private GuestPayload() {}

    /** Makes the folder, for the test classes with names of the pattern. */
    static void make(Path directory, String pattern) throws IOException {
        Path libraries = Files.createDirectories(directory.resolve("lib"));
        try (Stream<Path> old = Files.list(libraries)) {
            for (Path link : old.toList()) {
                Files.delete(link);
            }
        }
        List<String> names = new ArrayList<>();
        for (Path entry : entries()) {
            String name = names.size() + "-" + entry.getFileName();
            Files.createSymbolicLink(libraries.resolve(name), entry);
            names.add("lib/" + name + (Files.isDirectory(entry) ? "/" : ""));
        }
        Files.writeString(directory.resolve("pattern"), pattern);
        try (OutputStream out = Files.newOutputStream(directory.resolve(JAR))) {
            new JarOutputStream(out, manifest(String.join(" ", names))).close();
        }
    }

    private static Manifest manifest(String classPath) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, GuestMain.class.getName());
        attributes.put(Attributes.Name.CLASS_PATH, classPath);
        // Better than the option: that makes the start slower, as it takes the archived modules
        // away.
        attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
        return manifest;
    }

    /** Our classes and libraries, wherever this virtual machine of Java has them from. */
    private static Set<Path> entries() {
        Set<Path> entries = new LinkedHashSet<>();
        entries.add(Path.of("target/test-classes").toAbsolutePath());
        entries.add(Path.of("target/classes").toAbsolutePath());
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            @Nullable String path = System.getProperty(property);
            Arrays.stream(path == null ? new String[0] : path.split(":", -1))
                    .filter(entry -> !entry.isEmpty())
                    .map(entry -> Path.of(entry).toAbsolutePath())
                    .filter(Files::exists)
                    .forEach(entries::add);
        }
        return entries;
    }
}
