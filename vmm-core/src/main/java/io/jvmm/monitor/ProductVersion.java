package io.jvmm.monitor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this program, and the version of QEMU whose outside it follows. */
public final class ProductVersion {
    /** Major number of the QEMU whose monitors these are. */
    public static final int QEMU_MAJOR = 10;

    /** Minor number of it. */
    public static final int QEMU_MINOR = 0;

    /** Micro number of it. */
    public static final int QEMU_MICRO = 0;

    private ProductVersion() {}

    /**
     * The version of this program.
     *
     * @return such as {@code 0.1.0}
     */
    public static String product() {
        try (InputStream in = ProductVersion.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(Objects.requireNonNull(in, "version.properties is missing"));
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The version of QEMU in one word.
     *
     * @return such as {@code 10.0.0}
     */
    static String qemu() {
        return QEMU_MAJOR + "." + QEMU_MINOR + "." + QEMU_MICRO;
    }
}
