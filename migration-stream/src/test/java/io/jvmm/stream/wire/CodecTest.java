package io.jvmm.stream.wire;

import static io.jvmm.stream.wire.CodecCase.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.MemorySink;
import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden bytes and every truncation of every form. */
class CodecTest {
    private static final String SESSION = "000102030405060708090a0b0c0d0e0f";
    private static final SessionId ID = SessionId.decode(MemorySource.readerOf(SESSION));
    private static final SectionHeader RAM = new SectionHeader(77, "ram", 0, 4);
    private static final String RAM_HEX = "0000004d" + "0372616d" + "00000000" + "00000004";

    static Stream<CodecCase> forms() {
        return Stream.of(frames(), configurations(), commands(), messages(), privateMessages())
                .flatMap(cases -> cases);
    }

    private static Stream<CodecCase> frames() {
        return Stream.of(
                CodecCase.of(
                        new Frame.FileHeader(), "5145564d" + "00000003", Frame.FileHeader::decode),
                CodecCase.of(new Frame.SectionStart(RAM), "01" + RAM_HEX, Frame::decode),
                CodecCase.of(new Frame.SectionPart(77), "02" + "0000004d", Frame::decode),
                CodecCase.of(new Frame.SectionEnd(-1), "03" + "ffffffff", Frame::decode),
                CodecCase.of(new Frame.SectionFull(RAM), "04" + RAM_HEX, Frame::decode),
                CodecCase.of(
                        new Frame.Footer(77),
                        "7e" + "0000004d",
                        in -> {
                            Frame.Footer.expect(in, 77);
                            return new Frame.Footer(77);
                        }),
                CodecCase.of(
                        new Frame.Command(new VmCommand.Ping(1)),
                        "08" + "0002" + "0004" + "00000001",
                        Frame::decode),
                CodecCase.of(new Frame.Eof(), "00", Frame::decode));
    }

    private static Stream<CodecCase> configurations() {
        UUID uuid = UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f");
        return Stream.of(
                CodecCase.of(
                        Configuration.ofMachine("none"),
                        "07" + "00000004" + ascii("none"),
                        Configuration::decode),
                CodecCase.of(
                        new Configuration(
                                "microvm", 12, List.of("x-ignore-shared", "mapped-ram"), uuid),
                        "07"
                                + "00000007"
                                + ascii("microvm")
                                + ("051e" + ascii("configuration/target-page-bits"))
                                + ("00000001" + "0000000c")
                                + ("051a" + ascii("configuration/capabilities"))
                                + ("00000001" + "00000002")
                                + ("0f" + ascii("x-ignore-shared"))
                                + ("0a" + ascii("mapped-ram"))
                                + ("0512" + ascii("configuration/uuid"))
                                + ("00000001" + SESSION),
                        Configuration::decode));
    }

    private static Stream<CodecCase> commands() {
        return Stream.of(
                CodecCase.of(new VmCommand.OpenReturnPath(), "0001" + "0000"),
                CodecCase.of(new VmCommand.Ping(0x4A564D4D), "0002" + "0004" + "4a564d4d"),
                CodecCase.of(new VmCommand.SwitchoverStart(), "000b" + "0000"),
                CodecCase.of(
                        new VmCommand.SendSourceDowntime(310, 42),
                        "000b" + "0010" + "0000000000000136" + "000000000000002a"),
                CodecCase.of(
                        new VmCommand.Session(ID, VmCommand.Session.SEND_RAM_HASHES),
                        "4a01" + "0014" + SESSION + "00000001"),
                CodecCase.of(new VmCommand.Go(ID, 1), "4a02" + "0014" + SESSION + "00000001"),
                CodecCase.of(new VmCommand.Abort(ID, 2), "4a03" + "0014" + SESSION + "00000002"),
                CodecCase.of(new VmCommand.Query(ID, 1), "4a04" + "0014" + SESSION + "00000001"),
                CodecCase.of(new VmCommand.Done(ID, 3), "4a05" + "0014" + SESSION + "00000003"),
                CodecCase.of(
                        new VmCommand.Session(ID, VmCommand.Session.MAY_RETRY),
                        "4a01" + "0014" + SESSION + "00000002"));
    }

    private static Stream<CodecCase> messages() {
        return Stream.of(
                CodecCase.of(new ReturnPathMessage.Shut(1), "0001" + "0004" + "00000001"),
                CodecCase.of(new ReturnPathMessage.Pong(-2), "0002" + "0004" + "fffffffe"),
                CodecCase.of(
                        new ReturnPathMessage.RequestBlockPages("ram", 0x3000, 0x1000),
                        "0003" + "0010" + "0000000000003000" + "00001000" + "0372616d"),
                CodecCase.of(
                        new ReturnPathMessage.RequestPages(0x3000, 0x1000),
                        "0004" + "000c" + "0000000000003000" + "00001000"),
                CodecCase.of(new ReturnPathMessage.SwitchoverAck(), "0007" + "0000"));
    }

    private static Stream<CodecCase> privateMessages() {
        return Stream.of(
                CodecCase.of(
                        new HandoverMessage.Ready(ID, 1, 1_000_000, List.of(), List.of()),
                        "4a01"
                                + "0020"
                                + (SESSION + "00000001" + "00000000000f4240" + "0000" + "0000")),
                CodecCase.of(
                        new HandoverMessage.Ready(
                                ID,
                                1,
                                0,
                                List.of(new BlockHash("ram", -1), new BlockHash("a", 2)),
                                List.of(new PhaseTime("load x", 3, 7), new PhaseTime("", 0, 0))),
                        "4a01"
                                + "005e"
                                + (SESSION + "00000001" + "0000000000000000" + "0002")
                                + ("0372616d" + "ffffffffffffffff")
                                + ("0161" + "0000000000000002")
                                + "0002"
                                + ("066c6f61642078" + "0000000000000003" + "0000000000000007")
                                + ("00" + "0000000000000000" + "0000000000000000")),
                CodecCase.of(
                        new HandoverMessage.Started(ID, 1, true, 5, List.of()),
                        "4a02"
                                + "001f"
                                + (SESSION + "00000001" + "01" + "0000000000000005" + "0000")),
                CodecCase.of(
                        new HandoverMessage.Started(
                                ID, 1, false, 5, List.of(new PhaseTime("start", 1, 4))),
                        "4a02"
                                + "0035"
                                + (SESSION + "00000001" + "00" + "0000000000000005" + "0001")
                                + ("057374617274" + "0000000000000001" + "0000000000000004")),
                CodecCase.of(
                        new HandoverMessage.Dropped(ID, 3, true, "no"),
                        "4a03" + "0019" + SESSION + "00000003" + "01" + "0002" + ascii("no")),
                CodecCase.of(
                        new HandoverMessage.Expired(ID, 1, "no"),
                        "4a04" + "0018" + SESSION + "00000001" + "0002" + ascii("no")),
                CodecCase.of(
                        new HandoverMessage.RolledBack(ID, 1),
                        "4a05" + "0014" + SESSION + "00000001"),
                CodecCase.of(
                        new HandoverMessage.NoSuchSession(ID, 2),
                        "4a06" + "0014" + SESSION + "00000002"),
                CodecCase.of(
                        new HandoverMessage.Heartbeat(ID, 1),
                        "4a07" + "0014" + SESSION + "00000001"));
    }

    @Test
    void shouldPutTheDowntimeRecordWithoutAnObject() {
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        VmCommand.SendSourceDowntime.encodeRecord(out, 310, 42);
        new Frame.Command(new VmCommand.SendSourceDowntime(310, 42)).encode(out);
        out.flush();

        String hex = sink.hex();
        assertThat(hex.substring(0, hex.length() / 2)).isEqualTo(hex.substring(hex.length() / 2));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void shouldEncodeToTheGoldenBytes(CodecCase form) {
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        form.encoder().accept(out);
        out.flush();

        assertThat(sink.hex()).isEqualTo(form.hex());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void shouldDecodeTheGoldenBytesAndNoMore(CodecCase form) {
        StreamReader in = MemorySource.readerOf(form.hex() + "00");

        assertThat(form.decoder().apply(in)).isEqualTo(form.value());
        assertThat(in.position()).isEqualTo(form.hex().length() / 2);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void shouldSayThatTheStreamEndedHoweverFarItCame(CodecCase form) {
        for (int length = 0; length < form.hex().length(); length += 2) {
            StreamReader in = MemorySource.readerOf(form.hex().substring(0, length));

            assertThatThrownBy(() -> form.decoder().apply(in))
                    .as("cut after %d bytes", length / 2)
                    .isInstanceOf(StreamEndException.class);
        }
    }
}
