package io.jvmm.kernel;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * What runs inside the guest: JUnit, over the test classes beside this one. Standard output is the
 * console's; the results have a file of their own.
 */
public final class GuestMain {
    private GuestMain() {}

    /**
     * Runs the tests.
     *
     * @param arguments the file that the results go to, and a pattern of class names
     */
    public static void main(String[] arguments) throws IOException {
        try (PrintStream results =
                new PrintStream(
                        Files.newOutputStream(Path.of(arguments[0])),
                        true,
                        StandardCharsets.UTF_8)) {
            GuestListener listener = new GuestListener(event -> results.println(event.toLine()));
            LauncherFactory.create().execute(request(arguments[1]), listener);
            if (listener.tests() == 0) {
                throw new IllegalStateException("There is no such test: " + arguments[1]);
            }
            results.println(new GuestEvent.Done().toLine());
        }
    }

    private static LauncherDiscoveryRequest request(String pattern) {
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClasspathRoots(Set.of(testClasses())))
                .filters(includeClassNamePatterns(pattern))
                .build();
    }

    private static Path testClasses() {
        try {
            return Path.of(
                    GuestMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
