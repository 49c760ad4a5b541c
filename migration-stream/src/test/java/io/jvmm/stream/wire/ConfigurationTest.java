package io.jvmm.stream.wire;

import static io.jvmm.stream.wire.CodecCase.ascii;
import static io.jvmm.stream.wire.MalformedTest.subsection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.MemorySink;
import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamWriter;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final String NONE = "0700000004" + ascii("none");
    private static final CapabilityRules RULES =
            new CapabilityRules(
                    Set.of("return-path", "x-ignore-shared", "mapped-ram"),
                    Set.of("x-ignore-shared", "mapped-ram"));
    private final Configuration own = Configuration.ofMachine("none");

    /** Sent by QEMU 7.2 with {@code -machine none}, x-ignore-shared, validate-uuid and a UUID. */
    @Test
    void shouldReadAndWriteWhatQemuSends() {
        String qemu =
                "07000000046e6f6e65051a636f6e66696775726174696f6e2f6361706162696c"
                        + "697469657300000001000000010f782d69676e6f72652d736861726564051263"
                        + "6f6e66696775726174696f6e2f7575696400000001000102030405060708090a"
                        + "0b0c0d0e0f";
        Configuration configuration = Configuration.decode(MemorySource.readerOf(qemu + "01"));

        assertThat(configuration)
                .isEqualTo(
                        new Configuration(
                                "none",
                                0,
                                List.of("x-ignore-shared"),
                                UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f")));
        MemorySink sink = new MemorySink();
        StreamWriter out = new StreamWriter(sink);
        configuration.encode(out);
        out.flush();
        assertThat(sink.hex()).isEqualTo(qemu);
    }

    @Test
    void shouldAcceptAnEmptyCapabilityList() {
        String hex = NONE + subsection("configuration/capabilities", 1) + "00000000" + "00";

        assertThat(Configuration.decode(MemorySource.readerOf(hex))).isEqualTo(own);
    }

    @Test
    void shouldAcceptSubsectionsInAnyOrder() {
        String uuid = subsection("configuration/uuid", 1) + "00".repeat(16);
        String bits = subsection("configuration/target-page-bits", 1) + "0000000c";

        assertThat(Configuration.decode(MemorySource.readerOf(NONE + uuid + bits + "00")))
                .isEqualTo(new Configuration("none", 12, List.of(), new UUID(0, 0)));
    }

    @Test
    void shouldRefuseMalformedConfigurations() {
        refuse("00", "The configuration is missing: type=0 position=0");
        refuse("0700000000", "The machine has no name: length=0 position=1");
        refuse("07ffffffff", "Length above the limit: length=4294967295 limit=255 position=5");
        refuse(
                NONE + subsection("configuration/new", 1),
                "Unknown subsection: name=configuration/new position=9");
        refuse(
                NONE + subsection("configuration/uuid", 2),
                "Unsupported subsection version: name=configuration/uuid version=2 position=29");
        String uuid = subsection("configuration/uuid", 1) + "00".repeat(16);
        refuse(NONE + uuid + uuid, "Subsection sent twice: name=configuration/uuid position=49");
        refuse(
                NONE + subsection("configuration/capabilities", 1) + "00000101",
                "Too many capabilities: count=257 limit=256 position=41");
        refuse(
                NONE + subsection("configuration/target-page-bits", 1) + "00000000",
                "Page bits out of range: bits=0 position=45");
    }

    @Test
    void shouldAcceptTheSameMachine() {
        accept(Configuration.ofMachine("none"));
        accept(new Configuration("none", 12, List.of("return-path"), new UUID(1, 2)));
    }

    @Test
    void shouldRefuseAnotherMachine() {
        reject(
                Configuration.ofMachine("microvm"),
                "The stream is for another machine: machine=microvm expected=none position=7");
        reject(
                Configuration.ofMachine("no"),
                "The stream is for another machine: machine=no expected=none position=7");
        reject(
                new Configuration("none", 14, List.of(), null),
                "The stream is for another page size: bits=14 position=7");
    }

    @Test
    void shouldRefuseCapabilitiesThatDiffer() {
        reject(
                new Configuration("none", 0, List.of("colo"), null),
                "The source uses an unknown capability: capability=colo position=7");
        reject(
                new Configuration("none", 0, List.of("mapped-ram"), null),
                "The capability is on at the source but off here: capability=mapped-ram position=7");
        Configuration ownWithCapability =
                new Configuration("none", 0, List.of("x-ignore-shared"), null);
        assertThatThrownBy(() -> ownWithCapability.check(own, RULES, 7))
                .hasMessage(
                        "The capability is on here but off at the source:"
                                + " capability=x-ignore-shared position=7");
        assertThatCode(() -> ownWithCapability.check(ownWithCapability, RULES, 7))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAnotherUuidOnlyIfBothSidesHaveOne() {
        Configuration ownWithUuid = new Configuration("none", 0, List.of(), new UUID(1, 1));
        Configuration other = new Configuration("none", 0, List.of(), new UUID(1, 2));

        assertThatThrownBy(() -> ownWithUuid.check(other, RULES, 7))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("uuid=00000000-0000-0001-0000-000000000002");
        assertThatCode(() -> ownWithUuid.check(own, RULES, 7)).doesNotThrowAnyException();
        accept(other);
    }

    @Test
    void shouldNotBeMadeFromNonsense() {
        assertThatThrownBy(() -> Configuration.ofMachine(""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CapabilityRules(Set.of("a"), Set.of("b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void accept(Configuration received) {
        assertThatCode(() -> own.check(received, RULES, 7)).doesNotThrowAnyException();
    }

    private void reject(Configuration received, String message) {
        assertThatThrownBy(() -> own.check(received, RULES, 7))
                .isInstanceOf(StreamFormatException.class)
                .hasMessage(message);
    }

    private static void refuse(String hex, String message) {
        MalformedTest.expect(hex, Configuration::decode, message);
    }
}
