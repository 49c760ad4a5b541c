package io.jvmm.vfio.user;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The unpacked packages of a QEMU with a vfio-user client, which {@code prepare.sh} keeps.
 *
 * @param root where they are, if they can be had
 * @param reason why not
 */
record QemuPackages(Optional<Path> root, String reason) {
    private static final Path SCRIPT = Path.of("src/test/qemu/prepare.sh");
    private static final int CANNOT = 77;

    static QemuPackages prepare(Path directory) throws Exception {
        Path errors = directory.resolve("prepare.log");
        Process process =
                new ProcessBuilder(SCRIPT.toString()).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        String reason = Files.readString(errors).strip();
        if (status == CANNOT) {
            System.getLogger(QemuPackages.class.getName())
                    .log(System.Logger.Level.WARNING, "Skipped: " + reason);
            return new QemuPackages(Optional.empty(), reason);
        }
        if (status != 0) {
            throw new AssertionError("The script failed: status=" + status + " " + reason);
        }
        return new QemuPackages(Optional.of(Path.of(output.strip())), "");
    }
}
