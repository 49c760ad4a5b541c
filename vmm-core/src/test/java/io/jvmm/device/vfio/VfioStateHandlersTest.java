package io.jvmm.device.vfio;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.BufferList;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class VfioStateHandlersTest {
    private static final String SETUP = "ffffffffef100003";
    private static final String END = "ffffffffef100001";
    private static final String DATA = "ffffffffef100004";
    private static final String CONFIG = "ffffffffef100002";
    private static final String INIT_DATA_SENT = "ffffffffef100005";

    private final ScriptedDevice device = new ScriptedDevice(new MigrationSupport(true, true));
    private final VfioRunState state =
            new VfioRunState("0000:00:01.0", device.backend(), System::nanoTime);
    private final Config config = new Config();

    @Test
    void shouldWriteTheSectionAsQemuDoes() {
        VfioStateHandlers handlers = handlers(false);
        assertThat(handlers.name()).isEqualTo("0000:00:01.0/vfio");
        assertThat(handlers.versionId()).isEqualTo(1);
        device.preCopyData.add(new byte[] {1, 2, 3});
        device.stopCopyData.add(new byte[] {4, 5});
        device.stopCopyData.add(new byte[] {6});
        assertThat(saved(handlers::saveSetup)).isEqualTo(SETUP + END);
        assertThat(device.state()).isEqualTo(PRE_COPY);
        assertThat(saved(handlers::saveIterate))
                .isEqualTo(DATA + "0000000000000003" + "010203" + END);
        assertThat(saved(handlers::saveIterate)).isEqualTo(END);
        state.prepareStop();
        state.stop();
        assertThat(saved(handlers::saveComplete))
                .isEqualTo(
                        DATA
                                + "0000000000000002"
                                + "0405"
                                + DATA
                                + "0000000000000001"
                                + "06"
                                + END);
        assertThat(saved(handlers::saveState)).isEqualTo(CONFIG + "c0f1" + END);
        assertThat(handlers.transferred()).isEqualTo(6);
        handlers.saveCleanup();
        assertThat(device.state()).isEqualTo(STOP);
    }

    @Test
    void shouldReadADeviceWithoutPreCopyOnlyWhenItHasStopped() {
        ScriptedDevice bare = new ScriptedDevice(new MigrationSupport(false, false));
        VfioRunState run = new VfioRunState("d", bare.backend(), System::nanoTime);
        VfioStateHandlers handlers = new VfioStateHandlers(run, config, false, System::nanoTime);
        bare.stopCopyData.add(new byte[] {7});
        assertThat(saved(handlers::saveSetup)).isEqualTo(SETUP + END);
        assertThat(saved(handlers::saveIterate)).isEqualTo(END);
        assertThat(bare.way).isEmpty();
        run.stop();
        assertThat(saved(handlers::saveComplete)).isEqualTo(DATA + "0000000000000001" + "07" + END);
        assertThat(bare.way).containsExactly(STOP, STOP_COPY);
    }

    @Test
    void shouldSayOnceThatTheInitialDataIsSent() {
        VfioStateHandlers handlers = handlers(true);
        saved(handlers::saveSetup);
        device.precopyInfo = Optional.of(new PrecopyInfo(5, 0, false));
        assertThat(saved(handlers::saveIterate)).isEqualTo(END);
        device.precopyInfo = Optional.of(new PrecopyInfo(0, 9, false));
        assertThat(saved(handlers::saveIterate)).isEqualTo(INIT_DATA_SENT);
        assertThat(saved(handlers::saveIterate)).isEqualTo(END);
    }

    @Test
    void shouldTakeADrainedDeviceThatCannotTellForReady() {
        VfioStateHandlers handlers = handlers(true);
        saved(handlers::saveSetup);
        device.preCopyData.add(new byte[] {1});
        assertThat(saved(handlers::saveIterate)).endsWith(INIT_DATA_SENT);
    }

    @Test
    void shouldNotTakeADeviceWithNothingToSayForAFastOne() {
        VfioStateHandlers handlers = handlers(false);
        saved(handlers::saveSetup);
        saved(handlers::saveIterate);
        long first = device.asked;
        for (int i = 0; i < 20; i++) {
            saved(handlers::saveIterate);
        }
        assertThat(device.asked).isEqualTo(first).isEqualTo(16 << 10);
    }

    @Test
    void shouldCountWhatHasToBeSentInTheDowntime() {
        VfioStateHandlers handlers = handlers(false);
        saved(handlers::saveSetup);
        device.precopyInfo = Optional.of(new PrecopyInfo(100, 20, false));
        device.stopCopySize = OptionalLong.of(3000);
        assertThat(handlers.pendingEstimate()).isEqualTo(120);
        assertThat(handlers.pendingExact()).isEqualTo(3100);
    }

    @Test
    void shouldEndTheSessionOfADeviceThatRunsOn() {
        VfioStateHandlers handlers = handlers(false);
        saved(handlers::saveSetup);
        handlers.saveCleanup();
        assertThat(device.state()).isEqualTo(RUNNING);
    }

    @Test
    void shouldLoadWhatItSaves() {
        VfioStateHandlers handlers = handlers(false);
        handlers.loadSetup();
        assertThat(device.state()).isEqualTo(RESUMING);
        load(handlers, SETUP + END);
        load(handlers, DATA + "0000000000000003" + "010203" + END);
        load(handlers, DATA + "0000000000000000" + DATA + "0000000000000001" + "04" + END);
        load(handlers, CONFIG + "c0f1" + END);
        assertThat(device.written.toByteArray()).containsExactly(1, 2, 3, 4);
        assertThat(config.loaded).isEqualTo(0xC0F1);
    }

    @Test
    void shouldMoveMoreThanItsBufferHolds() {
        VfioStateHandlers handlers = handlers(false);
        handlers.loadSetup();
        byte[] data = new byte[700_001];
        new Random(1).nextBytes(data);
        load(
                handlers,
                DATA + "%016x".formatted(data.length) + HexFormat.of().formatHex(data) + END);
        assertThat(device.written.toByteArray()).isEqualTo(data);
    }

    @Test
    void shouldAgreeToTheStopWhenTheInitialDataIsLoaded() {
        VfioStateHandlers handlers = handlers(true);
        handlers.loadSetup();
        assertThat(handlers.switchoverAckNeeded()).isTrue();
        load(handlers, INIT_DATA_SENT);
        assertThat(handlers.switchoverAckNeeded()).isFalse();
        assertThatThrownBy(() -> load(handlers, INIT_DATA_SENT))
                .isInstanceOf(StreamFormatException.class);
    }

    @Test
    void shouldRefuseInitialDataThatNobodyWaitsFor() {
        VfioStateHandlers handlers = handlers(false);
        handlers.loadSetup();
        assertThatThrownBy(() -> load(handlers, INIT_DATA_SENT))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("switchover-ack=off");
    }

    @Test
    void shouldRefuseWhatIsNoPartOfASection() {
        VfioStateHandlers handlers = handlers(false);
        handlers.loadSetup();
        assertThatThrownBy(() -> load(handlers, "ffffffffef100006"))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("marker=0xffffffffef100006");
        assertThatThrownBy(() -> load(handlers, DATA + "ffffffffffffffff"))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("size=18446744073709551615");
        assertThatThrownBy(() -> load(handlers, SETUP + SETUP))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("marker=DEV_SETUP_STATE");
    }

    @Test
    void shouldNotTakeACutSectionForAWholeOne() {
        String whole = DATA + "0000000000000002" + "0102" + CONFIG + "c0f1" + END;
        byte[] bytes = HexFormat.of().parseHex(whole);
        for (int length = 0; length < bytes.length; length++) {
            VfioStateHandlers handlers = handlers(false);
            handlers.loadSetup();
            String cut = whole.substring(0, 2 * length);
            assertThatThrownBy(() -> load(handlers, cut))
                    .as("length=%d", length)
                    .isInstanceOf(StreamEndException.class);
            state.reset();
        }
    }

    private VfioStateHandlers handlers(boolean switchoverAck) {
        return new VfioStateHandlers(state, config, switchoverAck, System::nanoTime);
    }

    private static String saved(Consumer<StreamWriter> step) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter writer = new StreamWriter(pieces -> drain(pieces, bytes));
        step.accept(writer);
        writer.flush();
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    private static void drain(BufferList pieces, ByteArrayOutputStream into) {
        for (int i = 0; i < pieces.count(); i++) {
            into.writeBytes(
                    pieces.segment(i)
                            .asSlice(pieces.offset(i), pieces.length(i))
                            .toArray(ValueLayout.JAVA_BYTE));
        }
        pieces.clear();
    }

    private static void load(VfioStateHandlers handlers, String hex) throws StreamException {
        MemorySegment bytes = MemorySegment.ofArray(HexFormat.of().parseHex(hex));
        long[] position = {0};
        StreamReader reader =
                new StreamReader((into, offset, length) -> {
                    long left = bytes.byteSize() - position[0];
                    if (left == 0) {
                        return -1;
                    }
                    long count = Math.min(left, length);
                    MemorySegment.copy(bytes, position[0], into, offset, count);
                    position[0] += count;
                    return count;
                });
        handlers.loadState(reader, 1);
    }

    /** Two bytes, to be seen. */
    private static final class Config implements ConfigState {
        private int loaded;

        @Override
        public void saveConfig(StreamWriter out) {
            out.putU16(0xC0F1);
        }

        @Override
        public void loadConfig(StreamReader in) {
            loaded = in.getU16();
        }
    }
}
