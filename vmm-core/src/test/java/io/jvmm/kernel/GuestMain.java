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
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestPlan;
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
            Launcher launcher = LauncherFactory.create();
            TestPlan plan = launcher.discover(request(arguments[1]));
            if (!plan.containsTests()) {
                throw new IllegalStateException("There is no such test: " + arguments[1]);
            }
            launcher.execute(
                    plan, new GuestListener(plan, event -> results.println(event.toLine())));
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
