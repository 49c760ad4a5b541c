package io.jvmm.vfio.user.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.user.wire.DeviceMessages.GetInfo;
import io.jvmm.vfio.user.wire.DeviceMessages.Irq;
import io.jvmm.vfio.user.wire.DeviceMessages.Region;
import io.jvmm.vfio.user.wire.DeviceMessages.RegionAccess;
import io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs;
import io.jvmm.vfio.user.wire.DeviceMessages.Version;
import io.jvmm.vfio.user.wire.DmaMessages.DmaAccess;
import io.jvmm.vfio.user.wire.DmaMessages.DmaMap;
import io.jvmm.vfio.user.wire.DmaMessages.DmaUnmap;
import io.jvmm.vfio.user.wire.MigrationMessages.Feature;
import io.jvmm.vfio.user.wire.MigrationMessages.Flags;
import io.jvmm.vfio.user.wire.MigrationMessages.LoggingReport;
import io.jvmm.vfio.user.wire.MigrationMessages.LoggingStart;
import io.jvmm.vfio.user.wire.MigrationMessages.MigrationData;
import io.jvmm.vfio.user.wire.MigrationMessages.State;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of every message, as the specification draws them, on a little-endian host. */
class MessagesTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);

    private void assertBytes(int length, String hex) {
        byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex.replace(" ", ""));
    }

    @Test
    void shouldLayTheHeaderOut() {
        MessageHeader header = new MessageHeader(memory);
        header.setCommand(0x1234, Command.REGION_READ.code());
        header.setSize(0x20);
        assertBytes(16, "3412 0900 20000000 00000000 00000000");
        assertThat(header.id()).isEqualTo(0x1234);
        assertThat(header.isReply()).isFalse();

        MessageHeader reply = new MessageHeader(memory.asSlice(32));
        reply.setError(header, Errno.EINVAL);
        assertThat(reply.isReply()).isTrue();
        assertThat(reply.isError()).isTrue();
        assertThat(reply.error()).isEqualTo(Errno.EINVAL);
        memory.copyFrom(memory.asSlice(32, 16));
        assertBytes(16, "3412 0900 10000000 21000000 16000000");
    }

    @Test
    void shouldRefuseHeadersThatCannotBe() {
        MessageHeader header = new MessageHeader(memory);
        header.setCommand(1, 1);
        memory.set(ValueLayout.JAVA_INT, 4, 15);
        assertThatThrownBy(() -> header.check(100)).hasMessageContaining("size=15");
        memory.set(ValueLayout.JAVA_INT, 4, 117);
        assertThatThrownBy(() -> header.check(100)).hasMessageContaining("size=117 limit=116");
        memory.set(ValueLayout.JAVA_INT, 4, -1);
        assertThatThrownBy(() -> header.check(100)).hasMessageContaining("size=4294967295");
        memory.set(ValueLayout.JAVA_INT, 4, 16);
        memory.set(ValueLayout.JAVA_INT, 8, 2);
        assertThatThrownBy(() -> header.check(100)).hasMessageContaining("type=2");
        memory.set(ValueLayout.JAVA_INT, 12, 9999);
        assertThatThrownBy(header::error).hasMessageContaining("error=9999");
    }

    @Test
    void shouldKnowTheCommands() {
        assertThat(Command.fromCode(17)).isEqualTo(Command.MIG_DATA_READ);
        assertThat(Command.MIG_DATA_READ.wireName()).isEqualTo("VFIO_USER_MIG_DATA_READ");
        for (Command command : Command.values()) {
            assertThat(Command.fromCode(command.code())).isEqualTo(command);
        }
        for (int code : new int[] {-1, 0, 14, 19, 65535}) {
            assertThatThrownBy(() -> Command.fromCode(code)).hasMessageContaining("code=" + code);
        }
    }

    @Test
    void shouldLayTheVersionOut() {
        new Version(memory).set(0, 2);
        assertBytes(Version.SIZE, "0000 0200");
    }

    @Test
    void shouldLayTheMemoryMessagesOut() {
        new DmaMap(memory).set(0x1000, 0x100000, 0x4000);
        assertBytes(
                DmaMap.SIZE,
                "20000000 03000000 0010000000000000 0000100000000000 0040000000000000");
        assertThat(new DmaMap(memory).isWritable()).isTrue();
        new DmaUnmap(memory).set(0x100000, 0x4000);
        assertBytes(DmaUnmap.SIZE, "18000000 00000000 0000100000000000 0040000000000000");
        assertThat(new DmaUnmap(memory).isAll()).isFalse();
        new DmaAccess(memory).set(0x100008, 16);
        assertBytes(DmaAccess.SIZE, "0800100000000000 1000000000000000");
    }

    @Test
    void shouldLayTheDeviceMessagesOut() {
        new GetInfo(memory).set(GetInfo.RESETTABLE | GetInfo.PCI, 9, 5);
        assertBytes(GetInfo.SIZE, "10000000 03000000 09000000 05000000");
        new Region(memory).ask(4096, 7);
        assertBytes(
                Region.SIZE,
                "00100000 00000000 07000000 00000000 0000000000000000 0000000000000000");
        new Region(memory).answer(7, Region.READ | Region.WRITE, 256);
        assertBytes(
                Region.SIZE,
                "20000000 03000000 07000000 00000000 0001000000000000 0000000000000000");
        new Irq(memory).set(0, Irq.EVENTFD | Irq.MASKABLE | Irq.AUTOMASKED, 1);
        assertBytes(Irq.SIZE, "10000000 07000000 00000000 01000000");
        new SetIrqs(memory).set(SetIrqs.DATA_EVENTFD | SetIrqs.ACTION_TRIGGER, 2, 3);
        assertBytes(SetIrqs.SIZE, "14000000 24000000 02000000 00000000 03000000");
        new RegionAccess(memory).set(7, 0x3c, 2);
        assertBytes(RegionAccess.SIZE, "3c00000000000000 07000000 02000000");
    }

    @Test
    void shouldLayTheMigrationMessagesOut() {
        new Feature(memory).set(16, Feature.MIG_DEVICE_STATE, Feature.SET);
        new State(memory).set(3);
        assertBytes(State.SIZE, "10000000 02000200 03000000 ffffffff");
        assertThat(new Feature(memory).feature()).isEqualTo(2);
        assertThat(new Feature(memory).operation()).isEqualTo(Feature.SET);
        new Feature(memory).set(16, Feature.MIGRATION, Feature.GET);
        new Flags(memory).set(Flags.STOP_COPY | Flags.P2P | Flags.PRE_COPY);
        assertBytes(Flags.SIZE, "10000000 01000100 0700000000000000");
        new MigrationData(memory).set(0x100);
        assertBytes(MigrationData.SIZE, "08010000 00010000");
    }

    @Test
    void shouldLayTheDirtyLogMessagesOut() {
        new Feature(memory).set(24, Feature.DMA_LOGGING_START, Feature.SET);
        new LoggingStart(memory).set(4096);
        assertBytes(LoggingStart.SIZE, "18000000 06000200 0010000000000000 00000000 00000000");
        new Feature(memory).set(40, Feature.DMA_LOGGING_REPORT, Feature.GET);
        new LoggingReport(memory).set(0x100000, 0x40000, 4096);
        assertBytes(
                LoggingReport.SIZE,
                "28000000 08000100 0000100000000000 0000040000000000 0010000000000000");
    }

    @Test
    void shouldRefuseMemoryThatIsTooSmall() {
        MemorySegment small = memory.asSlice(0, 7);
        assertThatThrownBy(() -> new Feature(small)).hasMessageContaining("size=7");
    }
}
