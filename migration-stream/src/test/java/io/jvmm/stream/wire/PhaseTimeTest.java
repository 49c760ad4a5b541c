package io.jvmm.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.MemorySink;
import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhaseTimeTest {
    private static final SessionId ID = SessionId.decode(MemorySource.readerOf("ab".repeat(16)));

    private static List<PhaseTime> phases(int count, int nameLength) {
        List<PhaseTime> phases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            phases.add(new PhaseTime("x".repeat(nameLength), i * 10L, 10));
        }
        return phases;
    }

    private static long sum(List<PhaseTime> phases) {
        return phases.stream().mapToLong(PhaseTime::nanos).sum();
    }

    @Test
    void shouldLeaveAListThatFitsAsItIs() {
        List<PhaseTime> phases = phases(256, 12);

        assertThat(PhaseTime.fit(phases)).isEqualTo(phases);
    }

    @Test
    void shouldMergeWhatIsTooManyAndLoseNoTime() {
        List<PhaseTime> fitted = PhaseTime.fit(phases(300, 4));

        assertThat(fitted).hasSize(256);
        assertThat(fitted.getLast()).isEqualTo(new PhaseTime(PhaseTime.OTHER, 2550, 450));
        assertThat(sum(fitted)).isEqualTo(3000);
    }

    @Test
    void shouldMergeWhatIsTooLongAndFitIntoAMessage() {
        List<PhaseTime> fitted = PhaseTime.fit(phases(256, 127));

        assertThat(PhaseTime.bytes(fitted)).isLessThanOrEqualTo(8192).isGreaterThan(8000);
        assertThat(sum(fitted)).isEqualTo(2560);
        assertThat(new HandoverMessage.Ready(ID, 1, 0, List.of(), fitted).payloadLength())
                .isLessThan(PeerKind.JVMM.payloadLimit());
    }

    @Test
    void shouldRefuseAMessageWithMoreThanFits() {
        List<PhaseTime> many = phases(257, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HandoverMessage.Started(ID, 1, true, 0, many))
                .withMessage("Too many phases for a message: count=257 bytes=4628");
    }

    @Test
    void shouldRefuseMoreBytesThanAListMayHave() {
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        PhaseTime.encode(phases(57, 127), out);
        out.flush();
        String hex = sink.hex();
        PayloadReader payload =
                new PayloadReader(MemorySource.readerOf(hex), "READY", hex.length() / 2);

        assertThatThrownBy(() -> PhaseTime.decode(payload))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("READY out of range: bytes of phases=8210");
    }

    @Test
    void shouldMakeANameFitForTheWire() {
        assertThat(new PhaseTime("é\n" + "x".repeat(200), 0, 0).name())
                .isEqualTo("??" + "x".repeat(125));
    }

    @Test
    void shouldRefuseNegativeTimes() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PhaseTime("a", -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PhaseTime("a", 0, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PhaseTime("a", Long.MAX_VALUE, Long.MAX_VALUE));
    }
}
