package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.GuestPayload;
import io.jvmm.machine.MachineType;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.monitor.MonitorSpec;
import io.jvmm.monitor.transport.Chardev;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RunCommandTest {
    private static RunPlan plan(String line) {
        String[] words = line.isEmpty() ? new String[0] : line.split(" ", -1);
        RunCommand command = new RunCommand();
        new CommandLine(command)
                .setPosixClusteredShortOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(true)
                .parseArgs(words);
        return command.plan();
    }

    @Test
    void shouldHaveDefaults() {
        RunPlan plan = plan("");
        assertThat(plan.machine().hardware().type()).isEqualTo(MachineType.MICROVM);
        assertThat(plan.machine().hardware().memoryBytes()).isEqualTo(128 << 20);
        assertThat(plan.machine().hardware().vcpus()).isEqualTo(1);
        assertThat(plan.machine().hardware().accelerators())
                .containsExactly(AcceleratorKind.KVM, AcceleratorKind.INTERP);
        assertThat(plan.machine().payload()).isEqualTo(new GuestPayload.Empty());
        assertThat(plan.machine().startup().incoming()).isFalse();
        assertThat(plan.monitors()).isEmpty();
        assertThat(plan.serial()).isEqualTo(new RunPlan.SerialTarget.None());
    }

    @Test
    void shouldUnderstandWhatADriverOfQemuPasses() {
        RunPlan plan =
                plan(
                        "-accel kvm -accel tcg -name source,debug-threads=on -machine none,"
                                + " -machine accel=tcg -m 150M -smp 2"
                                + " -serial file:/tmp/serial -drive if=none,id=d0,file=/tmp/boot,"
                                + "format=raw -device ide-hd,drive=d0,secs=1,cyls=1,heads=1"
                                + " -chardev socket,path=/tmp/q,id=char0 -mon"
                                + " chardev=char0,mode=control -display none -audio none"
                                + " -nodefaults -no-reboot -incoming defer");
        assertThat(plan.machine().name()).isEqualTo("source");
        assertThat(plan.machine().hardware().type()).isEqualTo(MachineType.NONE);
        assertThat(plan.machine().hardware().memoryBytes()).isEqualTo(150L << 20);
        assertThat(plan.machine().hardware().vcpus()).isEqualTo(2);
        assertThat(plan.machine().payload())
                .isEqualTo(new GuestPayload.BootDisk(Path.of("/tmp/boot")));
        assertThat(plan.serial())
                .isEqualTo(new RunPlan.SerialTarget.ToFile(Path.of("/tmp/serial")));
        assertThat(plan.monitors())
                .containsExactly(
                        new MonitorSpec(
                                new Chardev.UnixSocket(Path.of("/tmp/q"), Chardev.Role.CLIENT),
                                MonitorSpec.Mode.CONTROL));
        assertThat(plan.machine().startup().incoming()).isTrue();
        assertThat(plan.incomingUri()).isNull();
    }

    @Test
    void shouldTakeADriveWithoutADeviceForABootDisk() {
        assertThat(plan("-drive file=/a,,b,format=raw").machine().payload())
                .isEqualTo(new GuestPayload.BootDisk(Path.of("/a,b")));
        assertThat(plan("-drive file=/a,if=none,id=d").machine().payload())
                .isEqualTo(new GuestPayload.Empty());
    }

    @Test
    void shouldReadTheStressGuest() {
        assertThat(plan("-m 64 -guest stress").machine().payload())
                .isEqualTo(new GuestPayload.Stress(32 << 20, 0));
        assertThat(plan("-guest stress,working-set=16M,dirty-rate=8M/s").machine().payload())
                .isEqualTo(new GuestPayload.Stress(16 << 20, 8 << 20));
        assertThat(plan("-guest stress,dirty-rate=max").machine().payload())
                .isEqualTo(new GuestPayload.Stress(64 << 20, 0));
    }

    @Test
    void shouldSetWhatGlobalsSay() {
        RunPlan plan =
                plan(
                        "-incoming tcp:127.0.0.1:0 -S -global migration.x-events=on"
                                + " -global migration.send-switchover-start=on"
                                + " -global migration.max-bandwidth=1M"
                                + " -global migration.x-load-delay=1500"
                                + " -global migration.x-save-delay=20");
        assertThat(plan.migration().capabilities()).isEqualTo(Map.of(Capability.EVENTS, true));
        assertThat(plan.migration().parameters())
                .isEqualTo(
                        Map.of(
                                MigrationParameter.MAX_BANDWIDTH,
                                new ParameterValue.Unsigned(1 << 20)));
        assertThat(plan.migration().delays()).isEqualTo(new DeviceDelays(20, 1500));
        assertThat(plan.incomingUri()).isEqualTo("tcp:127.0.0.1:0");
        assertThat(plan.machine().startup().paused()).isTrue();
    }
}
