package io.jvmm.vfio.user;

import static io.jvmm.vfio.user.wire.Command.DEVICE_FEATURE;
import static io.jvmm.vfio.user.wire.Command.DEVICE_GET_INFO;
import static io.jvmm.vfio.user.wire.Command.DEVICE_GET_REGION_INFO;
import static io.jvmm.vfio.user.wire.Command.MIG_DATA_READ;
import static io.jvmm.vfio.user.wire.Command.REGION_READ;
import static io.jvmm.vfio.user.wire.Command.VERSION;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.EventFd;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.ScriptedServer.Answer;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.GetInfo;
import io.jvmm.vfio.user.wire.DeviceMessages.Region;
import io.jvmm.vfio.user.wire.DeviceMessages.Version;
import io.jvmm.vfio.user.wire.MigrationMessages.MigrationData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is wrong gets an error that says so, and no descriptor is left open. */
class HostileServerTest {
    private static final String TWIN =
            "{\"capabilities\":{\"twin_socket\":{\"supported\":true,\"fd_index\":%d}}}";

    @TempDir Path directory;

    private Path path = Path.of("");
    private final MemorySegment buffer = Arena.ofAuto().allocate(4096);

    @BeforeEach
    void choosePath() {
        path = directory.resolve("s");
    }

    private ScriptedServer server(Command command, Answer answer) {
        return new ScriptedServer(path).on(command, answer).start();
    }

    private void assertRefused(Command command, Answer answer, String message) throws Exception {
        long before = openDescriptors();
        try (ScriptedServer _ = server(command, answer)) {
            assertThatThrownBy(() -> VfioUserDevice.connect(path))
                    .isInstanceOf(VfioException.class)
                    .extracting(HostileServerTest::allMessages)
                    .asString()
                    .contains(message)
                    .contains("device=" + path);
        }
        assertThat(openDescriptors()).isEqualTo(before);
        Files.delete(path);
    }

    private static String allMessages(Throwable thrown) {
        StringBuilder messages = new StringBuilder();
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            messages.append(each.getMessage()).append('\n');
        }
        return messages.toString();
    }

    private static long openDescriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    ffff 0400 20000000 01000000 00000000 => answers something else: id=65535
                    ID   0500 20000000 01000000 00000000 => command=5 expected=4
                    ID   0400 0f000000 01000000 00000000 => size that cannot be: command=4 size=15
                    ID   0400 ffffffff 01000000 00000000 => size=4294967295
                    ID   0400 10000000 01000000 00000000 => wrong length: command=4 payload=0 expected=16
                    ID   0400 28000000 01000000 00000000 => wrong length: command=4 payload=24 expected=16
                    ID   0400 20000000 21000000 16000000 => wrong length: command=4 payload=16 expected=0
                    ID   0400 10000000 21000000 0f270000 => error=9999
                    ID   0400 20000000 03000000 00000000 => neither command nor reply: type=3
                    """)
    void shouldRefuseAReplyThatIsNone(String header, String message) throws Exception {
        assertRefused(
                DEVICE_GET_INFO, server -> server.raw(header.replace("ID", server.id())), message);
    }

    @Test
    void shouldNoticeThatTheServerIsGone() throws Exception {
        assertRefused(DEVICE_GET_INFO, ScriptedServer::disconnect, "has closed the connection");
        assertRefused(
                DEVICE_GET_INFO,
                server -> {
                    server.raw(server.id() + "0400 20000000 01000000 00000000 10000000");
                    server.disconnect();
                },
                "ends inside its payload: command=4 size=32");
    }

    @Test
    void shouldSayWhatTheServerRefuses() throws Exception {
        try (ScriptedServer _ =
                server(
                        DEVICE_GET_INFO,
                        server -> server.raw(server.id() + "0400 10000000 21000000 16000000"))) {
            assertThatThrownBy(() -> VfioUserDevice.connect(path))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining(
                            "call=VFIO_USER_DEVICE_GET_INFO errno=EINVAL device=" + path);
        }
    }

    @Test
    void shouldRefuseAnotherVersion() throws Exception {
        assertRefused(
                VERSION,
                server -> {
                    new Version(server.payload()).set(1, 0);
                    server.send(Version.SIZE);
                },
                "major=1 minor=0 ours=0.2");
        assertRefused(VERSION, server -> server.version("{]", List.of()), "Not the JSON expected");
        assertRefused(
                VERSION,
                server -> server.version("{\"capabilities\":{\"max_msg_fds\":true}}", List.of()),
                "name=max_msg_fds");
    }

    @Test
    void shouldCountTheDescriptorsOfTheTwinSocket() throws Exception {
        assertRefused(
                VERSION,
                server -> server.version(TWIN.formatted(0), List.of()),
                "twin_socket descriptors=0 expected=1");
        assertRefused(
                VERSION,
                server ->
                        server.version(
                                TWIN.formatted(0),
                                List.of(server.clientsTwin(), server.clientsTwin())),
                "descriptors=2 expected=1");
        assertRefused(
                VERSION,
                server -> server.version("{}", List.of(server.clientsTwin())),
                "descriptors=1 expected=0");
        assertRefused(
                VERSION,
                server -> server.version(TWIN.formatted(3), List.of(server.clientsTwin())),
                "fd_index=3");
        try (EventFd event = new EventFd()) {
            assertRefused(
                    VERSION,
                    server -> server.version(TWIN.formatted(0), List.of(event.fd())),
                    "ENOTSOCK");
        }
    }

    @Test
    void shouldLimitTheNumberOfRegions() throws Exception {
        assertRefused(
                DEVICE_GET_INFO,
                server -> {
                    new GetInfo(server.payload()).set(0, -1, 3);
                    server.send(GetInfo.SIZE);
                },
                "regions=4294967295 irqs=3");
    }

    @Test
    void shouldRefuseRegionsThatCannotBe() throws Exception {
        assertRegionRefused("size=-8", 1, server -> set(server, 16, -8));
        assertRegionRefused("region=1 asked=0", 1, server -> server.payload().set(JAVA_INT, 8, 1));
        assertRegionRefused("argsz=4097", 1, server -> server.payload().set(JAVA_INT, 0, 4097));
        assertRegionRefused("descriptors=0 expected=1", 4, _ -> {});
    }

    /** The areas begin at 32: header 8, counts 8, then offset and size. */
    @Test
    void shouldRefuseCapabilitiesThatCannotBe() throws Exception {
        assertRegionRefused("offset=8 previous=31", 12, server -> capability(server, 8, 0, 1));
        assertRegionRefused("offset=64 previous", 12, server -> capability(server, 64, 0, 1));
        assertRegionRefused("offset=33", 12, server -> capability(server, 33, 0, 1));
        assertRegionRefused("offset=32 areas=2", 12, server -> capability(server, 32, 0, 2));
        assertRegionRefused("offset=32 areas=4294967295", 12, s -> capability(s, 32, 0, -1));
        assertRegionRefused(
                "offset=32 previous=32",
                12,
                server -> {
                    capability(server, 32, 32, 1);
                    server.payload().set(JAVA_INT, 32, 0x10007); // an unknown one, in a loop
                });
        assertRegionRefused(
                "outside the region: region=0 size=4096 offset=4096",
                12,
                server -> {
                    capability(server, 32, 0, 1);
                    set(server, 48, 4096);
                });
        assertRegionRefused(
                "area that cannot be mapped",
                12,
                server -> {
                    capability(server, 32, 0, 1);
                    set(server, 56, 100);
                });
    }

    private static void set(ScriptedServer server, long offset, long value) {
        server.payload().set(JAVA_LONG, offset, value);
    }

    private static void capability(ScriptedServer server, int at, int next, int areas) {
        server.payload().set(JAVA_INT, 12, at);
        server.payload().set(JAVA_INT, 32, 0x10001);
        server.payload().set(JAVA_INT, 36, next);
        server.payload().set(JAVA_INT, 40, areas);
        set(server, 48, 0);
        set(server, 56, 4096);
    }

    private void assertRegionRefused(String message, int flags, Answer change) throws Exception {
        assertRefused(
                DEVICE_GET_REGION_INFO,
                server -> {
                    new Region(server.payload()).answer(0, flags, 4096);
                    change.give(server);
                    server.send((flags & Region.CAPABILITIES) != 0 ? 64 : Region.SIZE);
                },
                message);
    }

    @Test
    void shouldMapOnlyWhatTheFileHolds() throws Exception {
        Path file = directory.resolve("file");
        Files.write(file, new byte[8192]);
        try (Fd fd = Fd.open(file.toString(), Fd.READ_WRITE)) {
            assertRefused(
                    DEVICE_GET_REGION_INFO,
                    server -> mappable(server, fd, 8192),
                    "offset=8192 end=4096 file=8192");
            try (ScriptedServer _ =
                            server(DEVICE_GET_REGION_INFO, server -> mappable(server, fd, 4096));
                    VfioUserDevice device = VfioUserDevice.connect(path);
                    Mapping mapping = device.map(0, device.region(0).mappable().get(0))) {
                assertThat(device.region(0).mappable()).containsExactly(new MappableArea(0, 4096));
                mapping.segment().set(JAVA_INT, 0, 0x01020304);
                assertThatThrownBy(() -> device.map(0, new MappableArea(0, 8192)))
                        .hasMessageContaining("cannot be mapped");
            }
        }
        assertThat(Files.readAllBytes(file)[4096]).isEqualTo((byte) 4);
    }

    private static void mappable(ScriptedServer server, Fd fd, long offset) {
        new Region(server.payload()).answer(0, Region.READ | Region.MMAP, 4096);
        set(server, 24, offset);
        server.send(Region.SIZE, List.of(fd));
    }

    @Test
    void shouldRefuseMoreStateThanItAskedFor() throws Exception {
        assertDataRefused(8 + 101, 100, "payload=109 expected=8 to 108");
        assertDataRefused(8 + 50, 51, "size=51 bytes=50 wanted=100");
        assertDataRefused(7, 0, "payload=7 expected=8 to 108");
    }

    private void assertDataRefused(int payload, int size, String message) throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(path)
                                .on(
                                        MIG_DATA_READ,
                                        each -> {
                                            new MigrationData(each.payload()).set(size);
                                            each.send(payload);
                                        });
                VfioUserDevice device = connect(server)) {
            assertThatThrownBy(() -> device.migration().orElseThrow().read(buffer, 0, 100))
                    .extracting(HostileServerTest::allMessages)
                    .asString()
                    .contains(message);
            assertThatThrownBy(() -> device.readRegister(0, 0, 4))
                    .hasMessageContaining("connection is broken: device=" + path + " cause=");
        }
        Files.delete(path);
    }

    /** As libvfio-user does: as long as was asked, while only the size counts. */
    @Test
    void shouldTrustTheSizeOfStateAndNotTheReply() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(path)
                                .on(
                                        MIG_DATA_READ,
                                        each -> {
                                            new MigrationData(each.payload()).set(3);
                                            each.send(MigrationData.SIZE + 100);
                                        });
                VfioUserDevice device = connect(server)) {
            assertThat(device.migration().orElseThrow().read(buffer, 0, 100)).isEqualTo(3);
        }
    }

    private VfioUserDevice connect(ScriptedServer server) {
        server.start();
        return VfioUserDevice.connect(path);
    }

    @Test
    void shouldRefuseAStateThatItDidNotAskFor() throws Exception {
        try (ScriptedServer server = new ScriptedServer(path);
                VfioUserDevice device = connect(server)) {
            server.on(
                    DEVICE_FEATURE,
                    each -> {
                        each.payload().copyFrom(each.request().asSlice(0, 16));
                        each.payload().set(JAVA_INT, 8, 99);
                        each.send(16);
                    });
            assertThatThrownBy(
                            () -> device.migration().orElseThrow().enter(DeviceMigrationState.STOP))
                    .hasRootCauseMessage(
                            "A device entered another state than it was told: state=99"
                                    + " wanted=STOP");
        }
    }

    @Test
    void shouldEndACallThatHangsInTheServer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(path).on(REGION_READ, _ -> {});
                VfioUserDevice device = connect(server)) {
            Thread breaker = Thread.ofPlatform().unstarted(device::shutdown);
            server.on(REGION_READ, _ -> breaker.start());
            assertThatThrownBy(() -> device.readRegister(0, 0, 4))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("device=" + path);
            breaker.join();
        }
    }

    @Test
    void shouldBeClosableWhileACallHangs() throws Exception {
        try (ScriptedServer server = new ScriptedServer(path);
                VfioUserDevice device = connect(server)) {
            Thread closer = Thread.ofPlatform().unstarted(device::close);
            server.on(REGION_READ, _ -> closer.start());
            assertThatThrownBy(() -> device.readRegister(0, 0, 4))
                    .isInstanceOf(VfioException.class);
            closer.join();
            assertThatThrownBy(() -> device.readRegister(0, 0, 4))
                    .isInstanceOf(VfioException.class);
        }
    }
}
