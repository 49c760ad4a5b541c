package io.jvmm.savevm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.wire.CapabilityRules;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import io.jvmm.vmstate.StreamBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StateLoaderTest {
    private static final String HEADER = "5145564d 00000003 07 00000004 6e6f6e65";
    private static final String PING = "08 0002 0004 00000001";
    private static final String START = "01 0000004d 03 72616d 00000000 00000004 73 7e 0000004d";
    private static final String PART = "02 0000004d 69 7e 0000004d";
    private static final String END = "03 0000004d 63 7e 0000004d";
    private static final String FULL =
            "04 00000005 07 636f756e746572 00000007 00000003 42 7e 00000005";
    private static final String TAIL = "00 06 00000002 7b7d";

    private final FakeIterable ram = new FakeIterable("ram");
    private final Counter counter = new Counter();
    private final List<String> events = new ArrayList<>();
    private Runnable onCommand = () -> {};
    private final LoadListener listener =
            new LoadListener() {
                @Override
                public void command(VmCommand command) {
                    events.add(command.toString());
                    onCommand.run();
                }

                @Override
                public void sectionLoading(String name, int instanceId, SectionType type) {
                    events.add("loading " + name + " " + instanceId + " " + type);
                }

                @Override
                public void sectionLoaded(String name, int instanceId, SectionType type) {
                    events.add("loaded " + name + " " + instanceId + " " + type);
                }

                @Override
                public void endOfStream() {
                    events.add("end");
                }
            };

    private void load(byte[] stream) {
        loader(stream).load();
    }

    private StateLoader loader(byte[] stream) {
        SaveVmRegistry registry = new SaveVmRegistry();
        registry.register(ram);
        registry.register(7, Counter.COUNTER, counter);
        return new StateLoader(
                StreamBytes.reader(stream),
                registry,
                Configuration.ofMachine("none"),
                new CapabilityRules(Set.of(), Set.of()),
                listener);
    }

    private void load(String... parts) {
        load(StreamBytes.bytes(String.join("", parts)));
    }

    private void assertRefused(String message, String... parts) {
        assertThatThrownBy(() -> load(parts))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("position=");
    }

    @Test
    void shouldLoadAWholeStreamAndTellTheListener() {
        load(HEADER, START, PING, PART, END, FULL, TAIL);
        assertThat(ram.calls)
                .containsExactly("loadSetup", "load s v4", "load i v4", "load c v4", "loadCleanup");
        assertThat(counter.value).isEqualTo(0x42);
        assertThat(events)
                .containsExactly(
                        "loading ram 0 START",
                        "loaded ram 0 START",
                        "Ping[cookie=1]",
                        "loading ram 0 PART",
                        "loaded ram 0 PART",
                        "loading ram 0 END",
                        "loaded ram 0 END",
                        "loading counter 7 FULL",
                        "loaded counter 7 FULL",
                        "end");
    }

    @Test
    void shouldExpectEverySectionAnewAfterARollBack() {
        StateLoader loader =
                loader(
                        StreamBytes.bytes(
                                String.join(
                                        "",
                                        (HEADER + START + END + FULL + TAIL),
                                        (START + PART + END + FULL + TAIL))));
        loader.load();
        loader.rollBack();
        ram.calls.clear();
        loader.load();
        assertThat(ram.calls)
                .containsExactly("loadSetup", "load s v4", "load i v4", "load c v4", "loadCleanup");
    }

    @Test
    void shouldRollBackBetweenTwoRecords() {
        StateLoader[] loader = new StateLoader[1];
        onCommand = () -> loader[0].rollBack();
        loader[0] =
                loader(StreamBytes.bytes(HEADER + START + END + PING + START + END + FULL + TAIL));
        loader[0].load();
        assertThat(ram.calls)
                .containsExactly(
                        "loadSetup",
                        "load s v4",
                        "load c v4",
                        "loadCleanup",
                        "loadSetup",
                        "load s v4",
                        "load c v4",
                        "loadCleanup");
    }

    @Test
    void shouldLoadDevicesBeforeIterablesAndStreamsWithoutDevices() {
        load(HEADER, FULL, START, END, TAIL);
        load(HEADER, START, END, TAIL);
    }

    @Test
    void shouldNameWhatItDoesNotKnow() {
        assertRefused(
                "Unknown section: section=cpu instance=0",
                HEADER + "04 00000005 03 637075 00000000 0000000c");
        assertRefused("section=counter instance=8", HEADER + FULL.replace("00000007", "00000008"));
        assertRefused("type=9", HEADER + "09");
        assertRefused("type=FOOTER", HEADER + "7e 00000000");
        assertRefused("type=VMDESCRIPTION", HEADER + TAIL.substring(3));
    }

    @Test
    void shouldRefuseVersionsOutOfRange() {
        for (String version : new String[] {"00000001", "00000004", "80000000"}) {
            assertRefused(
                    "section=counter instance=7 version=" + Long.parseLong(version, 16),
                    HEADER + FULL.replace("00000003", version));
        }
        assertRefused("supported=4..4", HEADER + START.replace("00000004", "00000003"));
    }

    @Test
    void shouldSayWhichSectionAnErrorIsIn() {
        assertRefused(
                "Bad value: value=120 section=ram instance=0 record=PART position="
                        + (StreamBytes.bytes(HEADER + START).length + 5),
                HEADER + START + "02 0000004d 78");
        assertRefused(
                "section=counter instance=7 record=FULL",
                HEADER + FULL.replace("7e 00000005", "7e 00000006"));
        assertRefused(
                "section=ram instance=0 record=END", HEADER + START + END.replace("7e", "00"));
    }

    @Test
    void shouldBindPartsAndEndsToTheirStart() {
        assertRefused("PART of a section that is not started: id=77", HEADER + PART);
        assertRefused("END of a section that is not started: id=77", HEADER + START + END + END);
        assertRefused("id=78", HEADER + START + PART.replace("4d", "4e"));
        assertRefused("section=ram instance=0 id=77", HEADER + START + START);
        assertRefused("section=ram instance=0 id=77", HEADER + START + END + START);
        assertRefused(
                "it has no START: section=counter instance=7",
                HEADER + FULL.replace("04 00000005", "01 00000005"));
    }

    @Test
    void shouldRefuseAStreamThatEndsWithinOrWithoutAnIterable() {
        assertRefused("ends within a section: section=ram", HEADER + START + PART + TAIL);
        assertRefused("ends without a section: section=ram", HEADER + FULL + TAIL);
        assertThat(events).doesNotContain("end");
    }

    @Test
    void shouldRequireTheWholeDescription() {
        assertRefused("type=0", HEADER + START + END + "00 00");
        assertRefused("length=16777216", HEADER + START + END + "00 06 01000000");
    }

    /** A section that is sent in pieces, and one of its own as a whole under the same id. */
    private static final String WHOLE = "04 00000001 03 72616d 00000000 00000004 66 7e 00000001";

    @Test
    void shouldLoadAPartThatIsSentAsAWholeAfterTheEnd() {
        ram.hasState = true;
        load(HEADER, START, END, WHOLE, TAIL);
        assertThat(ram.calls)
                .containsExactly("loadSetup", "load s v4", "load c v4", "load f v4", "loadCleanup");
        assertRefused("FULL cannot come now: section=ram", HEADER + START + WHOLE);
        assertRefused("FULL cannot come now: section=ram", HEADER + WHOLE);
        ram.hasState = false;
        assertRefused("FULL cannot come now: section=ram", HEADER + START + END + WHOLE);
    }

    @Test
    void shouldRefuseAnotherMachine() {
        assertRefused("machine=nona expected=none", HEADER.replace("6e6f6e65", "6e6f6e61") + "00");
    }

    @Test
    void shouldRefuseEveryTruncationAndCleanUp() {
        byte[] whole = StreamBytes.bytes(HEADER + START + PART + PING + END + FULL + TAIL);
        for (int length = 0; length < whole.length; length++) {
            ram.calls.clear();
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> load(cut))
                    .as("length %d", length)
                    .isInstanceOf(StreamEndException.class);
            if (ram.calls.contains("loadSetup")) {
                assertThat(ram.calls.getLast()).isEqualTo("loadCleanup");
            } else {
                assertThat(ram.calls).isEmpty();
            }
        }
    }

    @Test
    void shouldPassOnWhatTheListenerThrows() {
        SaveVmRegistry registry = new SaveVmRegistry();
        registry.register(7, Counter.COUNTER, counter);
        LoadListener late =
                new LoadListener() {
                    @Override
                    public void command(VmCommand command) {}

                    @Override
                    public void sectionLoading(String name, int instanceId, SectionType type) {}

                    @Override
                    public void sectionLoaded(String name, int instanceId, SectionType type) {
                        throw new IllegalStateException("late");
                    }

                    @Override
                    public void endOfStream() {}
                };
        StateLoader loader =
                new StateLoader(
                        StreamBytes.reader(StreamBytes.bytes(HEADER + FULL)),
                        registry,
                        Configuration.ofMachine("none"),
                        new CapabilityRules(Set.of(), Set.of()),
                        late);
        assertThatThrownBy(loader::load).hasMessage("late");
    }
}
