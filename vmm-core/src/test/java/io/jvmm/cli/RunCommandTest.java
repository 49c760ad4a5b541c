package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.DeviceConfig;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RunCommandTest {
    /** What a command line means. */
    static RunPlan plan(String line) {
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
    void shouldReadTheDevicesOfThePciBus() {
        RunPlan plan =
                plan(
                        "-device vfio-user-pci,socket=/tmp/a,,b -device vfio-pci,host=0000:00:05.0,"
                                + "id=x,addr=0x1f -device vfio-pci,sysfsdev=/sys/d,iommufd=on,addr="
                                + "05.0 -guest stress,uart=2");
        assertThat(plan.machine().hardware().devices())
                .containsExactly(
                        new DeviceConfig.VfioUser(Path.of("/tmp/a,b"), "", 0),
                        new DeviceConfig.VfioKernel("0000:00:05.0", false, "x", 31),
                        new DeviceConfig.VfioKernel("/sys/d", true, "", 5));
        assertThat(plan.machine().payload()).isEqualTo(new GuestPayload.Stress(64 << 20, 0, 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "-device vfio-user-pci | 'socket' is missing",
                "-device vfio-user-pci,socket= | 'socket' is missing",
                "-device vfio-user-pci,socket=a,x-y=1 | 'x-y' is not supported",
                "-device vfio-user-pci,socket=a,addr=0 | addr=0",
                "-device vfio-user-pci,socket=a,addr=20 | addr=20",
                "-device vfio-user-pci,socket=a,addr=1.1 | addr=1.1",
                "-device vfio-user-pci,socket=a,addr= | addr=",
                "-device vfio-user-pci,socket=a,addr=-1 | addr=-1",
                "-device vfio-user-pci,socket=a,id=n -device vfio-user-pci,socket=b,id=n | id=n",
                "-device vfio-pci | sysfsdev= host=",
                "-device vfio-pci,sysfsdev=/a,host=00:01.0 | sysfsdev=/a host=00:01.0",
                "-device vfio-pci,host=00:01.8 | host=00:01.8",
                "-device vfio-pci,host=00:01.0,iommufd=yes | iommufd=yes",
                "-device e1000 | driver=e1000",
                "-device vfio-user-pci,socket=a -machine none | type=none",
                "-guest stress,uart=x | value=x",
                "-guest stress,uart=-1 | uart=-1",
                "-guest stress,uart=17 | uart=17",
                "-guest stress,uart=1 | uart=1 devices=0",
            })
    void shouldNameTheValueThatMakesNoSense(String line, String said) {
        assertThatThrownBy(() -> plan(line)).hasMessageContaining(said);
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
