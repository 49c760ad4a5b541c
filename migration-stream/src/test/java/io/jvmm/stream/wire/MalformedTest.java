package io.jvmm.stream.wire;

import static io.jvmm.stream.wire.CodecCase.ascii;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a hostile or foreign peer may send: the error names the value and where it stands. */
class MalformedTest {
    private static final String SESSION = "000102030405060708090a0b0c0d0e0f";

    @ParameterizedTest
    @CsvSource({
        "09, 'Unknown record type: type=9 position=0'",
        "ff, 'Unknown record type: type=255 position=0'",
        "7d, 'Unknown record type: type=125 position=0'",
        "05, 'This record cannot stand here: type=SUBSECTION position=0'",
        "06, 'This record cannot stand here: type=VMDESCRIPTION position=0'",
        "07, 'This record cannot stand here: type=CONFIGURATION position=0'",
        "7e, 'This record cannot stand here: type=FOOTER position=0'",
        "0100000001 00, 'A section''s name has 1 to 127 characters: length=0 position=5'",
        "0400000001 03720a6d, 'The text is not printable ASCII: byte=10 position=7'",
        "08 0000 0000, 'Unknown command: number=0 position=1'",
    })
    void shouldRefuseARecord(String hex, String message) {
        expect(hex, Frame::decode, message);
    }

    @ParameterizedTest
    @CsvSource({
        "5145564e 00000003, 'Not a migration stream: magic=0x5145564e position=0'",
        "5145564d 00000002, 'Unsupported migration stream version: version=2 position=4'",
    })
    void shouldRefuseAFileHeader(String hex, String message) {
        expect(hex, Frame.FileHeader::decode, message);
    }

    @ParameterizedTest
    @CsvSource({
        "00, 'The section footer is missing: type=0 position=0'",
        "7e00000005, 'The footer is another section''s: id=5 expected=4 position=1'",
    })
    void shouldRefuseAFooter(String hex, String message) {
        expect(
                hex,
                in -> {
                    Frame.Footer.expect(in, 4);
                    return in;
                },
                message);
    }

    @ParameterizedTest
    @CsvSource({
        "0000 0000, 'Unknown command: number=0 position=0'",
        "0003 0000, 'This command is not supported: number=3 position=0'",
        "000a 0004, 'This command is not supported: number=10 position=0'",
        "000c 0010, 'Unknown command: number=12 position=0'",
        "4a06 0000, 'Unknown command: number=18950 position=0'",
        "0001 0001, 'OPEN_RETURN_PATH has a wrong payload length: length=1 expected=0 position=2'",
        "0002 0003, 'PING has a wrong payload length: length=3 expected=4 position=2'",
        "0002 ffff, 'PING has a wrong payload length: length=65535 expected=4 position=2'",
        "000b 0008, 'SEND_SRC_DOWNTIME has a wrong payload length: length=8 expected=16 position=2'",
        "000b 0011, 'SEND_SRC_DOWNTIME has a wrong payload length: length=17 expected=16 position=2'",
        "4a01 0013, 'SESSION has a wrong payload length: length=19 expected=20 position=2'",
        "4a02 0015, 'GO has a wrong payload length: length=21 expected=20 position=2'",
        "4a03 0000, 'ABORT has a wrong payload length: length=0 expected=20 position=2'",
        "4a04 0013, 'QUERY has a wrong payload length: length=19 expected=20 position=2'",
        "4a05 0015, 'DONE has a wrong payload length: length=21 expected=20 position=2'",
    })
    void shouldRefuseACommand(String hex, String message) {
        expect(hex, VmCommand::decode, message);
    }

    @ParameterizedTest
    @CsvSource({
        "000b 0010 8000000000000000 0000000000000000, "
                + "'SEND_SRC_DOWNTIME out of range: limit=9223372036854775808 position=4'",
        "000b 0010 0000000000000000 ffffffffffffffff, "
                + "'SEND_SRC_DOWNTIME out of range: downtime=18446744073709551615 position=12'",
        "4a01 0014 " + SESSION + " 00000004, 'SESSION out of range: flags=4 position=20'",
        "4a02 0014 " + SESSION + " 80000000, 'GO out of range: attempt=2147483648 position=20'",
    })
    void shouldRefuseACommandsValue(String hex, String message) {
        expect(hex, VmCommand::decode, message);
    }

    @ParameterizedTest
    @CsvSource({
        "0000 0000, 'Unknown return-path message: type=0 position=0'",
        "0005 0004, 'This return-path message is not supported: type=5 position=0'",
        "0006 0004, 'This return-path message is not supported: type=6 position=0'",
        "0008 0000, 'Unknown return-path message: type=8 position=0'",
        "4a01 0020, 'Unknown return-path message: type=18945 position=0'",
        "0001 0201, 'Payload above the limit: type=1 length=513 limit=512 position=2'",
        "0001 0000, 'SHUT has a wrong payload length: length=0 expected=4 position=2'",
        "0002 0005, 'PONG has a wrong payload length: length=5 expected=4 position=2'",
        "0004 000d, 'REQ_PAGES has a wrong payload length: length=13 expected=12 position=2'",
        "0007 0001, 'SWITCHOVER_ACK has a wrong payload length: length=1 expected=0 position=2'",
        "0003 000c 0000000000000000 00001000, "
                + "'REQ_PAGES_ID has a wrong payload length: length=12 position=2'",
        "0003 000f 0000000000000000 00001000 0372616d, "
                + "'REQ_PAGES_ID has a wrong payload length: length=15 position=2'",
        "0003 0011 0000000000000000 00001000 0372616d, "
                + "'REQ_PAGES_ID has a wrong payload length: length=17 used=16 position=2'",
        "0004 000c ffffffffffffffff 00001000, "
                + "'REQ_PAGES out of range: offset=18446744073709551615 position=4'",
    })
    void shouldRefuseAMessageFromQemu(String hex, String message) {
        expect(hex, in -> ReturnPathMessage.decode(in, PeerKind.QEMU), message);
    }

    @ParameterizedTest
    @CsvSource({
        "4a01 4001, 'Payload above the limit: type=18945 length=16385 limit=16384 position=2'",
        "4a08 0000, 'Unknown return-path message: type=18952 position=0'",
        "4a05 0013, 'ROLLED_BACK has a wrong payload length: length=19 expected=20 position=2'",
        "4a06 0015, 'NO_SUCH_SESSION has a wrong payload length: length=21 expected=20 position=2'",
        "4a07 0000, 'HEARTBEAT has a wrong payload length: length=0 expected=20 position=2'",
        "4a04 2000 "
                + SESSION
                + " 00000001 0401, 'EXPIRED out of range: cause length=1025 position=24'",
        "4a02 001c "
                + SESSION
                + " 00000001 00 0000000000000000, "
                + "'STARTED has a wrong payload length: length=28 position=2'",
        "4a02 0020 "
                + SESSION
                + " 00000001 00 0000000000000000 0000, "
                + "'STARTED has a wrong payload length: length=32 used=31 position=2'",
        "4a02 001f "
                + SESSION
                + " 00000001 00 0000000000000000 0101, "
                + "'STARTED out of range: phases=257 position=33'",
        "4a02 001f "
                + SESSION
                + " 00000001 00 0000000000000000 0001, "
                + "'STARTED has a wrong payload length: length=31 position=2'",
        "4a02 0030 "
                + SESSION
                + " 00000001 00 0000000000000000 0001 80, "
                + "'STARTED out of range: phase name length=128 position=35'",
        "4a02 0030 "
                + SESSION
                + " 00000001 00 0000000000000000 0001 00 8000000000000000, "
                + "'STARTED out of range: phase start=9223372036854775808 position=36'",
        "4a02 001f " + SESSION + " 00000001 02, 'STARTED out of range: running=2 position=24'",
        "4a01 0003, 'READY has a wrong payload length: length=3 position=2'",
        "4a01 0021 "
                + SESSION
                + " 00000001 0000000000000000 0000 0000, "
                + "'READY has a wrong payload length: length=33 used=32 position=2'",
        "4a01 001e "
                + SESSION
                + " 00000001 0000000000000000 ffff, "
                + "'READY has a wrong payload length: length=30 position=2'",
        "4a03 2000 " + SESSION + " 00000001 02, " + "'DROPPED out of range: expired=2 position=24'",
        "4a03 2000 "
                + SESSION
                + " 00000001 00 0401, "
                + "'DROPPED out of range: cause length=1025 position=25'",
        "4a03 0018 "
                + SESSION
                + " 00000001 00 0001 0a, "
                + "'The text is not printable ASCII: byte=10 position=27'",
    })
    void shouldRefuseAMessageFromOurOwnPeer(String hex, String message) {
        expect(hex, in -> ReturnPathMessage.decode(in, PeerKind.JVMM), message);
    }

    @ParameterizedTest
    @CsvSource({
        "06 01000000, 'The VM description is too long: length=16777216 position=1'",
        "06 ffffffff, 'The VM description is too long: length=4294967295 position=1'",
        "00, 'The VM description is missing: type=0 position=0'",
    })
    void shouldRefuseAVmDescription(String hex, String message) {
        expect(hex, VmDescription::decode, message);
    }

    static void expect(String hex, Function<StreamReader, ?> decoder, String message) {
        StreamReader in = MemorySource.readerOf(hex.replace(" ", ""));

        assertThatThrownBy(() -> decoder.apply(in))
                .isInstanceOf(StreamFormatException.class)
                .hasMessage(message);
    }

    /** A configuration subsection's bytes up to its body. */
    static String subsection(String name, int version) {
        return "05%02x%s%08x".formatted(name.length(), ascii(name), version);
    }
}
