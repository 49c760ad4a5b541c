package io.jvmm.device;

import static io.jvmm.device.DeviceBytes.bytes;
import static io.jvmm.device.DeviceBytes.hex;
import static io.jvmm.device.DeviceBytes.load;
import static io.jvmm.device.DeviceBytes.resource;
import static io.jvmm.device.DeviceBytes.saved;
import static io.jvmm.device.DeviceBytes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.CpuState;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.vmstate.VmDescriptionBuilder;
import io.jvmm.vmstate.VmStateDescription;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The small sections, and what all of them say about themselves. */
class DeviceSectionsTest {
    private static final String GLOBAL_RUNNING = "00000008" + "72756e6e696e67" + "00".repeat(93);

    private static <T> void assertRefused(
            String message, VmStateDescription<T> description, T state, byte[] payload) {
        assertThatThrownBy(() -> load(description, state, payload))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining(message);
    }

    private static <T> void assertTruncationsRefused(
            VmStateDescription<T> description, T state, byte[] payload) {
        for (int length = 0; length < payload.length; length++) {
            byte[] cut = Arrays.copyOf(payload, length);
            assertThatThrownBy(() ->
                            description.load(state, DeviceBytes.reader(cut), description.version()))
                    .as("length %d", length)
                    .isInstanceOf(StreamEndException.class);
        }
    }

    @Test
    void shouldEncodeTheClocksThatItDecodes() {
        TimerState timer = new TimerState();
        load(TimerState.DESCRIPTION, timer, resource("timer.bin"));
        assertThat(timer.clockOffset).isPositive();
        assertThat(hex(saved(TimerState.DESCRIPTION, timer))).isEqualTo(hex(resource("timer.bin")));
        assertTruncationsRefused(TimerState.DESCRIPTION, timer, resource("timer.bin"));
    }

    @Test
    void shouldEncodeTheGlobalStateThatItDecodes() {
        GlobalState state = new GlobalState();
        load(GlobalState.DESCRIPTION, state, resource("globalstate.bin"));
        assertThat(state.runState()).isEqualTo("prelaunch");
        assertThat(state.is("prelaunch")).isTrue();
        assertThat(state.is("prelaunc")).isFalse();
        assertThat(state.is("running")).isFalse();
        assertThat(hex(saved(GlobalState.DESCRIPTION, state)))
                .isEqualTo(hex(resource("globalstate.bin")));
        state.set("running");
        assertThat(hex(saved(GlobalState.DESCRIPTION, state))).isEqualTo(GLOBAL_RUNNING);
        assertTruncationsRefused(
                GlobalState.DESCRIPTION, new GlobalState(), resource("globalstate.bin"));
    }

    @Test
    void shouldReadTheSuspendedFlagsOfNewerSenders() {
        GlobalState state = new GlobalState();
        byte[] payload = bytes(GLOBAL_RUNNING);
        payload[36] = 1;
        load(GlobalState.DESCRIPTION, state, payload);
        assertThat(state.wasSuspended()).isFalse();
        payload[37] = 1;
        load(GlobalState.DESCRIPTION, state, payload);
        assertThat(state.wasSuspended()).isTrue();
        assertThat(state.is("running")).isTrue();
        load(GlobalState.DESCRIPTION, state, bytes(GLOBAL_RUNNING));
        assertThat(state.wasSuspended()).isFalse();
    }

    @Test
    void shouldRefuseGlobalStatesThatAreNoName() {
        GlobalState state = new GlobalState();
        assertRefused(
                "size=9 expected=8",
                GlobalState.DESCRIPTION,
                state,
                bytes(GLOBAL_RUNNING.replace("00000008", "00000009")));
        assertRefused(
                "longer than 31",
                GlobalState.DESCRIPTION,
                state,
                bytes("00000041" + "61".repeat(100)));
        assertRefused(
                "byte=27",
                GlobalState.DESCRIPTION,
                state,
                bytes(GLOBAL_RUNNING.replace("6e69", "6e1b")));
        assertThatThrownBy(() -> state.set("s".repeat(32)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldEncodeTheSerialPortThatItDecodes() {
        SerialState serial = new SerialState();
        load(SerialSection.DESCRIPTION, serial, resource("serial.bin"));
        assertThat(hex(saved(SerialSection.DESCRIPTION, serial)))
                .isEqualTo(hex(resource("serial.bin")));
        assertThat(serial).usingRecursiveComparison().isEqualTo(new SerialState());
        assertTruncationsRefused(SerialSection.DESCRIPTION, serial, resource("serial.bin"));
    }

    @Test
    void shouldLoadASerialPortWithBytesInItsFifo() {
        SerialState serial = new SerialState();
        load(SerialSection.DESCRIPTION, serial, resource("serial-fifo.bin"));
        assertThat(serial.ier).isEqualTo(7);
        assertThat(serial.fcr).isEqualTo(1);
        assertThat(serial.thrPending).isEqualTo(1);
        assertThat(serial.receiveHead).isEqualTo(1);
        assertThat(serial.receiveCount).isEqualTo(4);
        assertThat(serial.receiveFifo).startsWith('H', 'E', 'L', 'L', 'O', 0);
        String payload = hex(resource("serial-fifo.bin"));
        String withoutTimer =
                payload.substring(0, payload.indexOf("051973657269616c2f6669666f5f74696d65"));
        assertThat(hex(saved(SerialSection.DESCRIPTION, serial))).isEqualTo(withoutTimer);
        assertTruncationsRefused(SerialSection.DESCRIPTION, serial, resource("serial-fifo.bin"));
    }

    @Test
    void shouldDeriveThePendingInterruptIfItIsNotSent() {
        SerialState serial = new SerialState();
        serial.thrPending = 1;
        load(SerialSection.DESCRIPTION, serial, bytes("000c 00 02 01 00 08 60 b0 00 00"));
        assertThat(serial.thrPending).isZero();
        load(SerialSection.DESCRIPTION, serial, bytes("000c 00 02 02 00 08 60 b0 00 00"));
        assertThat(serial.thrPending).isEqualTo(1);
    }

    @Test
    void shouldRefuseAFifoThatPointsOutsideItself() {
        String payload = hex(resource("serial-fifo.bin"));
        String headAndCount = "0000000100000004";
        for (String wrong :
                new String[] {"0000001000000004", "0000000100000011", "ffffffff00000001"}) {
            assertRefused(
                    "name=Fifo8 head=",
                    SerialSection.DESCRIPTION,
                    new SerialState(),
                    bytes(payload.replace(headAndCount, wrong)));
        }
    }

    @Test
    void shouldRefuseBytesThatWaitToBeSent() {
        assertRefused(
                "name=serial/tsr parent=serial",
                SerialSection.DESCRIPTION,
                new SerialState(),
                bytes(hex(resource("serial.bin")) + "05 0a 73657269616c2f747372 00000001"));
    }

    @Test
    void shouldDescribeAMachineWithoutVcpusAsQemuDoes() {
        VmDescriptionBuilder builder = new VmDescriptionBuilder(4096);
        builder.add(0, TimerState.DESCRIPTION, new TimerState());
        builder.add(0, GlobalState.DESCRIPTION, new GlobalState());
        assertThat(builder.build().json()).isEqualTo(text("none.json"));
    }

    @Test
    void shouldDescribeAMicrovmAsQemuDoes() {
        CpuState tcg = new CpuState();
        tcg.pollControlMsr = 0;
        assertThat(description(tcg)).isEqualTo(text("microvm-tcg.json"));
        CpuState kvm = new CpuState();
        kvm.tscKhz = 1;
        assertThat(description(kvm)).isEqualTo(text("microvm-kvm.json"));
    }

    @Test
    void shouldDescribeAFifoAsQemuDoes() {
        SerialState serial = new SerialState();
        load(SerialSection.DESCRIPTION, serial, resource("serial-fifo.bin"));
        VmDescriptionBuilder builder = new VmDescriptionBuilder(4096);
        builder.add(0, SerialSection.DESCRIPTION, serial);
        String timer =
                """
                , {"vmsd_name": "serial/fifo_timeout_timer", "version": 1, "fields": [\
                {"name": "fifo_timeout_timer", "type": "timer", "size": 8}]}\
                """;
        String expected =
                text("serial-fifo.json")
                        .replace(timer, "")
                        .replace("\"size\": 125", "\"size\": 86");
        assertThat(builder.build().json().strip())
                .isEqualTo("{\"page_size\": 4096, \"devices\": [" + expected + "]}");
    }

    private static String description(CpuState cpu) {
        VmDescriptionBuilder builder = new VmDescriptionBuilder(4096);
        builder.add(0, TimerState.DESCRIPTION, new TimerState());
        builder.add(0, CpuSections.CPU_COMMON, cpu);
        builder.add(0, CpuSections.CPU, new CpuView(cpu));
        builder.add(0, SerialSection.DESCRIPTION, new SerialState());
        builder.add(0, GlobalState.DESCRIPTION, new GlobalState());
        return builder.build().json().strip();
    }
}
