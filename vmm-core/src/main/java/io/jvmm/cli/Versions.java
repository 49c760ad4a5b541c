package io.jvmm.cli;

import io.jvmm.monitor.ProductVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} and {@code -version} print. */
final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"jvmm " + ProductVersion.product()};
    }

    /** Scripts read the version of QEMU from this line. */
    static final class ForQemuDrivers implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "QEMU emulator version %d.%d.%d (jvmm %s)"
                        .formatted(
                                ProductVersion.QEMU_MAJOR,
                                ProductVersion.QEMU_MINOR,
                                ProductVersion.QEMU_MICRO,
                                ProductVersion.product())
            };
        }
    }
}
