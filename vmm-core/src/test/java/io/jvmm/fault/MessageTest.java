package io.jvmm.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.stream.BufferList;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages are found in what the codecs write. */
class MessageTest {
    private static final SessionId ID = SessionId.random(new SecureRandom());
    private static final int ATTEMPT = 1;

    /** A message and what puts it. */
    record Case(Message message, Consumer<StreamWriter> encoder) {
        static Case of(Message message, VmCommand command) {
            return new Case(
                    message,
                    out -> {
                        out.putU8(SectionType.COMMAND.code());
                        command.encode(out);
                    });
        }

        static Case of(Message message, ReturnPathMessage said) {
            return new Case(message, said::encode);
        }

        @Override
        public String toString() {
            return message.name();
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                Case.of(Message.SESSION, new VmCommand.Session(ID, 0)),
                Case.of(Message.SOURCE_DOWNTIME, new VmCommand.SendSourceDowntime(300, 4)),
                new Case(Message.END_OF_STREAM, MessageTest::endOfStream),
                Case.of(Message.GO, new VmCommand.Go(ID, ATTEMPT)),
                Case.of(Message.ABORT, new VmCommand.Abort(ID, ATTEMPT)),
                Case.of(Message.QUERY, new VmCommand.Query(ID, ATTEMPT)),
                Case.of(Message.DONE, new VmCommand.Done(ID, ATTEMPT)),
                Case.of(
                        Message.READY,
                        new HandoverMessage.Ready(ID, ATTEMPT, 5, List.of(), List.of())),
                Case.of(
                        Message.STARTED,
                        new HandoverMessage.Started(ID, ATTEMPT, true, 5, List.of())),
                Case.of(Message.DROPPED, new HandoverMessage.Dropped(ID, ATTEMPT, true, "why")),
                Case.of(Message.EXPIRED, new HandoverMessage.Expired(ID, ATTEMPT, "why")),
                Case.of(Message.ROLLED_BACK, new HandoverMessage.RolledBack(ID, ATTEMPT)),
                Case.of(Message.NO_SUCH_SESSION, new HandoverMessage.NoSuchSession(ID, ATTEMPT)),
                Case.of(Message.HEARTBEAT, new HandoverMessage.Heartbeat(ID, ATTEMPT)));
    }

    /** A footer, EOF, and the head of a VM description. */
    private static void endOfStream(StreamWriter out) {
        out.putU8(SectionType.FOOTER.code());
        out.putU32(3);
        out.putU8(SectionType.EOF.code());
        out.putU8(SectionType.VMDESCRIPTION.code());
        out.putU32(1000);
    }

    static Stream<Case> casesOfAnyLength() {
        return Stream.concat(
                cases(),
                Stream.of(
                        Case.of(
                                Message.DROPPED,
                                new HandoverMessage.Dropped(
                                        ID, ATTEMPT, true, "why ".repeat(1000)))));
    }

    @ParameterizedTest
    @MethodSource("casesOfAnyLength")
    void shouldBeFoundByItsHeadAndByNoOther(Case each) {
        long window = 0;
        boolean found = false;
        for (byte octet : encoded(each.encoder)) {
            window = window << Byte.SIZE | Byte.toUnsignedLong(octet);
            found |= each.message.endsWithHead(window);
            for (Message other : Message.values()) {
                if (other != each.message && other.direction() == each.message.direction()) {
                    assertThat(other.endsWithHead(window)).as("%s", other).isFalse();
                }
            }
        }
        assertThat(found).isTrue();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldBeAtLeastAsLongAsItSays(Case each) {
        assertThat(encoded(each.encoder)).hasSizeGreaterThanOrEqualTo(each.message.length());
    }

    private static byte[] encoded(Consumer<StreamWriter> encoder) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter out = new StreamWriter(buffers -> collect(buffers, bytes));
        encoder.accept(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static void collect(BufferList buffers, ByteArrayOutputStream into) {
        for (int i = 0; i < buffers.count(); i++) {
            MemorySegment piece = buffers.segment(i).asSlice(buffers.offset(i), buffers.length(i));
            into.writeBytes(piece.toArray(ValueLayout.JAVA_BYTE));
        }
        buffers.clear();
    }
}
