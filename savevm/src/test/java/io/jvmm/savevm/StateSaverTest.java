package io.jvmm.savevm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.VmCommand;
import io.jvmm.vmstate.StreamBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateSaverTest {
    private final FakeIterable first = new FakeIterable("ram");
    private final FakeIterable second = new FakeIterable("disk");
    private final Counter counter = new Counter();
    private final SaveVmRegistry registry = new SaveVmRegistry();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> writes = new ArrayList<>();
    private final List<String> phases = new ArrayList<>();
    private final SavePhases recorder =
            new SavePhases() {
                @Override
                public void enter(String section) {
                    phases.add(section);
                }

                @Override
                public void leave() {
                    phases.add("-");
                }
            };

    private StateSaver saver() {
        registry.register(first);
        registry.register(7, Counter.COUNTER, counter);
        registry.register(second);
        StreamWriter out =
                new StreamWriter(buffers -> {
                    writes.add((int) buffers.byteSize());
                    StreamBytes.sink(bytes).write(buffers);
                });
        return new StateSaver(out, registry, Configuration.ofMachine("none"));
    }

    private byte[] takeBytes() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }

    private static byte[] hex(String text) {
        return StreamBytes.bytes(text);
    }

    @Test
    void shouldWriteTheRecordsOfAWholeMigration() {
        StateSaver saver = saver();
        counter.value = 0x42;
        saver.writeHeader();
        saver.command(new VmCommand.Ping(1));
        saver.setup();
        assertThat(takeBytes())
                .isEqualTo(
                        hex(
                                """
                                5145564d 00000003 07 00000004 6e6f6e65
                                08 0002 0004 00000001
                                01 00000001 03 72616d 00000000 00000004 73 7e 00000001
                                01 00000003 04 6469736b 00000000 00000004 73 7e 00000003\
                                """));
        saver.prepare();
        assertThat(saver.iterate()).isTrue();
        assertThat(takeBytes())
                .isEqualTo(hex("02 00000001 69 7e 00000001  02 00000003 69 7e 00000003"));
        saver.finalSync();
        saver.completeIterables(recorder);
        assertThat(takeBytes())
                .isEqualTo(hex("03 00000001 63 7e 00000001  03 00000003 63 7e 00000003"));
        saver.saveDevices(recorder);
        assertThat(takeBytes())
                .isEqualTo(
                        hex(
                                """
                                04 00000002 07 636f756e746572 00000007 00000003 42
                                7e 00000002\
                                """));
        saver.finish();
        saver.cleanup();
        assertThat(first.calls)
                .containsExactly("setup", "iterate", "finalSync", "complete", "saveCleanup");
        assertThat(second.calls).isEqualTo(first.calls);
        assertThat(phases).containsExactly("ram", "-", "disk", "-", "counter", "-");
    }

    @Test
    void shouldWriteStartAgainForAnotherAttempt() {
        StateSaver saver = saver();
        saver.setup();
        saver.completeIterables(recorder);
        takeBytes();
        saver.restart();
        assertThat(takeBytes())
                .isEqualTo(
                        hex(
                                """
                                01 00000001 03 72616d 00000000 00000004 72 7e 00000001
                                01 00000003 04 6469736b 00000000 00000004 72 7e 00000003\
                                """));
    }

    @Test
    void shouldWriteThePartThatIsSentAsAWholeBeforeTheDevices() {
        second.hasState = true;
        StateSaver saver = saver();
        saver.prepare();
        saver.saveDevices(recorder);
        assertThat(takeBytes())
                .isEqualTo(
                        hex(
                                """
                                04 00000003 04 6469736b 00000000 00000004 66 7e 00000003
                                04 00000002 07 636f756e746572 00000007 00000003 00
                                7e 00000002\
                                """));
        assertThat(phases).containsExactly("disk", "-", "counter", "-");
    }

    @Test
    void shouldWriteTheEndAndTheWholeDescriptionInOneWrite() {
        StateSaver saver = saver();
        saver.prepare();
        saver.command(new VmCommand.Ping(2));
        writes.clear();
        saver.finish();
        String json =
                "{\"page_size\": 4096, \"devices\": [{\"name\": \"counter\", \"instance_id\": 7,"
                        + " \"vmsd_name\": \"counter\", \"version\": 3, \"fields\":"
                        + " [{\"name\": \"value\", \"type\": \"uint8\", \"size\": 1}]}]}";
        assertThat(writes).containsExactly(9, 1 + 1 + 4 + json.length());
        byte[] all = takeBytes();
        assertThat(new String(all, 9 + 6, json.length(), StandardCharsets.US_ASCII))
                .isEqualTo(json);
        assertThat(new byte[] {all[9], all[10], all[11], all[12], all[13], all[14]})
                .isEqualTo(hex("00 06 000000" + Integer.toHexString(json.length())));
    }

    @Test
    void shouldDescribeAnewWhenASubsectionHasComeToBeNeeded() {
        StateSaver saver = saver();
        saver.prepare();
        counter.extra = 1;
        saver.saveDevices(recorder);
        takeBytes();
        saver.finish();
        assertThat(new String(takeBytes(), StandardCharsets.US_ASCII)).contains("counter/extra");
    }

    @Test
    void shouldRefuseToFinishWithoutADescription() {
        StateSaver saver = saver();
        assertThatThrownBy(saver::finish).isInstanceOf(IllegalStateException.class);
        assertThat(takeBytes()).isEmpty();
    }

    @Test
    void shouldAddUpWhatIsPending() {
        StateSaver saver = saver();
        assertThat(saver.pendingEstimate()).isEqualTo(200);
        assertThat(saver.pendingExact()).isEqualTo(240);
    }

    @Test
    void shouldRefuseTwoSectionsOfTheSameNameAndInstance() {
        registry.register(new FakeIterable("counter"));
        assertThatThrownBy(() -> registry.register(0, Counter.COUNTER, counter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("section=counter instance=0");
        registry.register(1, Counter.COUNTER, counter);
    }
}
