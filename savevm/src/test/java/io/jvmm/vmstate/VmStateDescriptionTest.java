package io.jvmm.vmstate;

import static io.jvmm.vmstate.StreamBytes.bytes;
import static io.jvmm.vmstate.StreamBytes.hex;
import static io.jvmm.vmstate.StreamBytes.reader;
import static io.jvmm.vmstate.StreamBytes.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VmStateDescriptionTest {
    private static final String FIELDS =
            """
            8001  fffffffe  01  ffffffffffffffff
            0000000000000001 fffffffffffffffe
            0000  616263
            09  0507  07\
            """;
    private static final String PART_EXTRA = "05 0a 706172742f6578747261 00000001 1234";
    private static final String ERROR = "05 0c 73616d706c652f6572726f72 00000002 ffffffff";
    private static final String WHOLE =
            FIELDS.replace("09  0507", "09 " + PART_EXTRA + " 0507") + " 2a" + ERROR;

    private static SampleState sample() {
        SampleState state = new SampleState();
        state.control = 0x8001;
        state.offset = -2;
        state.enabled = true;
        state.counters[0] = 1;
        state.counters[1] = -2;
        state.fifo[0] = 'a';
        state.fifo[1] = 'b';
        state.fifo[2] = 'c';
        state.main.with(9, 0x1234);
        state.parts[0].with(5, 0);
        state.parts[1].with(7, 0);
        state.late = 42;
        state.error = -1;
        return state;
    }

    private static SampleState loaded(String hex, int version) {
        SampleState state = new SampleState();
        SampleState.SAMPLE.load(state, reader(bytes(hex + "7e00000000")), version);
        return state;
    }

    @Test
    void shouldSaveGoldenBytes() {
        assertThat(hex(written(out -> SampleState.SAMPLE.save(sample(), out))))
                .isEqualTo(hex(bytes(WHOLE)));
    }

    @Test
    void shouldLoadWhatItSaves() {
        SampleState expected = sample();
        expected.loadedVersion = 3;
        assertThat(loaded(WHOLE, 3)).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void shouldLeaveOutSubsectionsThatAreNotNeeded() {
        SampleState state = sample();
        state.error = 0;
        state.main.extra = 0;
        assertThat(hex(written(out -> SampleState.SAMPLE.save(state, out))))
                .isEqualTo(hex(bytes(FIELDS + "2a")));
    }

    @Test
    void shouldLoadAnOlderVersionWithoutItsNewerField() {
        SampleState state = loaded(FIELDS, 2);
        assertThat(state.late).isZero();
        assertThat(state.loadedVersion).isEqualTo(2);
        assertThat(state.model).isEqualTo(7);
    }

    @Test
    void shouldRefuseVersionsOutOfRange() {
        assertThatThrownBy(() -> loaded(WHOLE, 4))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("name=sample version=4 supported=2..3");
        assertThatThrownBy(() -> loaded(WHOLE, 1))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("version=1");
    }

    @Test
    void shouldRefuseASubsectionOfAVersionThatIsTooNew() {
        assertThatThrownBy(() -> loaded(WHOLE.replace("00000002 ffff", "80000003 ffff"), 3))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("name=sample/error")
                .hasMessageContaining("supported=1..2");
    }

    @Test
    void shouldNameAnUnknownSubsection() {
        String unknown = WHOLE.replace("73616d706c652f6572726f72", "73616d706c652f6572726f73");
        assertThatThrownBy(() -> loaded(unknown, 3))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("Unknown subsection: name=sample/erros parent=sample");
    }

    @Test
    void shouldLeaveBytesAloneThatOnlyLookLikeASubsection() {
        for (String next : new String[] {"05", "05 0c 7374", "05 06 73616d706c65", "050073"}) {
            StreamReader in = reader(bytes(FIELDS + "2a" + next + "7e00000000"));
            SampleState.SAMPLE.load(new SampleState(), in, 3);
            assertThat(in.position()).as(next).isEqualTo(bytes(FIELDS + "2a").length);
        }
    }

    @Test
    void shouldCompareEqualFieldsInsteadOfStoring() {
        assertThatThrownBy(() -> loaded(FIELDS.replace("0507  07", "0507  08") + "2a", 3))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("field=model sent=8 own=7");
    }

    @Test
    void shouldRefuseWhatTheCheckRefuses() {
        VmStateDescription<SampleState.Part> even =
                VmStateDescription.<SampleState.Part>named("even")
                        .field(FieldType.UINT8, "value", p -> p.value, (p, v) -> p.value = (int) v)
                        .check(p -> p.value % 2 == 0 ? null : "value=" + p.value)
                        .build();
        even.load(new SampleState.Part(), reader(bytes("02 7e")), 1);
        assertThatThrownBy(() -> even.load(new SampleState.Part(), reader(bytes("03 7e")), 1))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("name=even value=3");
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] whole = bytes(WHOLE);
        for (int length = 0; length < whole.length; length++) {
            StreamReader in = reader(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SampleState.SAMPLE.load(new SampleState(), in, 3))
                    .as("length %d", length)
                    .isInstanceOf(StreamEndException.class);
        }
    }

    @Test
    void shouldChangeShapeExactlyWhenASubsectionComesOrGoes() {
        SampleState state = sample();
        long whole = SampleState.SAMPLE.shape(state);
        state.counters[0] = 99;
        state.error = 5;
        assertThat(SampleState.SAMPLE.shape(state)).isEqualTo(whole);
        state.error = 0;
        long withoutError = SampleState.SAMPLE.shape(state);
        assertThat(withoutError).isNotEqualTo(whole);
        state.error = 5;
        state.main.extra = 0;
        assertThat(SampleState.SAMPLE.shape(state)).isNotIn(whole, withoutError);
    }

    @Test
    void shouldRefuseDeclarationsThatContradictThemselves() {
        assertThatThrownBy(() ->
                        VmStateDescription.<SampleState>named("other")
                                .subsection(SampleState.ERROR, s -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("subsection=sample/error parent=other");
        assertThatThrownBy(() ->
                        VmStateDescription.<SampleState>named("sample")
                                .subsection(SampleState.ERROR, s -> true)
                                .subsection(SampleState.ERROR, s -> true)
                                .build())
                .hasMessageContaining("declared twice: name=sample/error");
        assertThatThrownBy(() -> VmStateDescription.named("a").unused(1).since(2).build())
                .hasMessageContaining("description=a version=1 since=2");
        assertThatThrownBy(() -> VmStateDescription.named("a").minimumVersion(2).build())
                .hasMessageContaining("description=a version=1 minimum=2");
        assertThatThrownBy(() -> VmStateDescription.named("a\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
