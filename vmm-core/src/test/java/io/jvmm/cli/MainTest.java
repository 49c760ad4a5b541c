package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        CommandLine commandLine =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true));
        return Main.execute(commandLine, line.split(" ", -1));
    }

    @Test
    void shouldPrintItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).matches("jvmm [0-9.]+\\R");
    }

    @Test
    void shouldPrintTheVersionThatQemuDriversLookFor() {
        assertThat(run("-version")).isZero();
        assertThat(out.toString()).startsWith("QEMU emulator version 10.0.0 (jvmm ");
    }

    @Test
    void shouldExplainItself() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("run").contains("demo");
        assertThat(run("run -help")).isZero();
        assertThat(out.toString()).contains("-incoming").contains("UNIX sockets let in");
        assertThat(run("demo --help")).isZero();
        assertThat(out.toString()).contains("--switchover-limit").contains("exit status is 0 only");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '^',
            textBlock =
                    """
                    -nodefault => jvmm: -nodefault: invalid option
                    run -cpu host => jvmm: -cpu: invalid option
                    run foo => jvmm: foo: unknown
                    -m => jvmm: Missing required parameter for option '-m' (SIZE)
                    -machine pc => jvmm: unsupported machine type: "pc"; there are: none, microvm
                    -machine microvm,usb=on => jvmm: -machine: parameter 'usb' is not supported
                    -accel hvf => jvmm: invalid accelerator hvf; there are: tcg, kvm, interp
                    -m 10X => jvmm: -m: expects a size such as 64M: value=10X
                    -m 64M,slots=2 => jvmm: -m: parameter 'slots' is not supported
                    -smp many => jvmm: -smp: expects a number: value=many
                    -uuid x => jvmm: -uuid: expects a UUID: value=x
                    -guest foo => jvmm: -guest: expects stress: value=foo
                    -guest stress,size=1 => jvmm: -guest: parameter 'size' is not supported
                    -guest stress -drive file=/d => jvmm: -guest and a boot disk exclude each other
                    -drive file=/a -drive file=/b => jvmm: -drive: one boot disk is supported: disks=2
                    -drive file=/a,format=qcow2 => jvmm: -drive: only format=raw is supported: format=qcow2
                    -drive format=raw => jvmm: -drive: parameter 'file' is missing
                    -device e1000 => jvmm: -device: expects ide-hd, vfio-pci or vfio-user-pci: driver=e1000
                    -device ide-hd,drive=d => jvmm: -device ide-hd: there is no such drive: drive=d
                    -serial pty => jvmm: -serial: expects file:PATH, stdio or none: value=pty
                    -monitor stdio -qmp stdio => jvmm: cannot use stdio by multiple monitors
                    -monitor stdio -serial stdio => jvmm: cannot use stdio by both -serial and a monitor
                    -mon chardev=c => jvmm: -mon: chardev "c" not found
                    -chardev null,id=c -mon c,mode=loud => jvmm: -mon: unknown monitor mode "loud"
                    -chardev null,id=c -chardev null,id=c => jvmm: -chardev: Duplicate ID 'c' for chardev
                    -global foo=1 => jvmm: -global: expects migration.PROPERTY=VALUE: value=foo=1
                    -global migration.foo=1 => jvmm: -global migration.foo=1: Parameter 'foo' is unexpected
                    -global migration.send-configuration=off => jvmm: -global: cannot be switched off: send-configuration
                    -global migration.x-load-delay=soon => jvmm: -global migration.x-load-delay: expects a number: value=soon
                    -display gtk => jvmm: -display: only none is supported: value=gtk
                    demo --downtime-limit x => jvmm: Invalid value for option '--downtime-limit': 'x' is not a long
                    demo --downtime-limit 0 --switchover-limit 0 => jvmm: demo: the limits are negative or both zero
                    """)
    void shouldRefuseWithOneClearLineAndStatusOne(String line, String message) {
        assertThat(run(line)).isEqualTo(1);
        assertThat(err.toString().lines().findFirst()).hasValue(message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSuggestWhatWasMeant() {
        run("-nodefault");
        assertThat(err.toString()).contains("Did you mean: -nodefaults");
    }

    @Test
    void shouldSayWhichFileItCannotUse() {
        assertThat(run("-machine none -serial file:/nonexistent/log")).isEqualTo(1);
        assertThat(err.toString()).startsWith("jvmm: /nonexistent/log (No such file");
        assertThat(run("-machine none -pidfile /nonexistent/pid")).isEqualTo(1);
        assertThat(err.toString()).contains("jvmm: /nonexistent/pid: no such file");
    }
}
