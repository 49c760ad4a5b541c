package io.jvmm.vfio.user;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.GetInfo;
import io.jvmm.vfio.user.wire.DeviceMessages.Region;
import io.jvmm.vfio.user.wire.DeviceMessages.Version;
import io.jvmm.vfio.user.wire.MessageReader;
import io.jvmm.vfio.user.wire.MessageWriter;
import io.jvmm.vfio.user.wire.MigrationMessages.Feature;
import io.jvmm.vfio.user.wire.MigrationMessages.Flags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A server for one client that answers as a test says; what it does not say is the answer of a
 * device with one region of 4096 bytes, no interrupts, and every feature.
 */
final class ScriptedServer implements AutoCloseable {
    /** Answers the command that {@link #reader} holds. */
    interface Answer {
        void give(ScriptedServer server);
    }

    private final Socket listener;
    private final Map<Command, Answer> answers = new EnumMap<>(Command.class);
    private final Thread thread;
    private final List<Socket> twin = Socket.pair();
    private DescriptorSocket client = new DescriptorSocket(twin.get(0));
    private MessageReader reader = reader(client);
    private MessageWriter writer = writer(client);

    ScriptedServer(Path path) {
        listener = Socket.listenUnix(path);
        answers.put(Command.VERSION, server -> server.version("{}", List.of()));
        answers.put(
                Command.DEVICE_GET_INFO,
                server -> {
                    new GetInfo(server.payload()).set(0, 1, 0);
                    server.send(GetInfo.SIZE);
                });
        answers.put(
                Command.DEVICE_GET_REGION_INFO,
                server -> {
                    new Region(server.payload()).answer(0, Region.READ | Region.WRITE, 4096);
                    server.send(Region.SIZE);
                });
        answers.put(Command.DEVICE_FEATURE, ScriptedServer::feature);
        thread = Thread.ofPlatform().unstarted(this::run);
    }

    ScriptedServer on(Command command, Answer answer) {
        answers.put(command, answer);
        return this;
    }

    ScriptedServer start() {
        thread.start();
        return this;
    }

    private void run() {
        try (DescriptorSocket socket =
                new DescriptorSocket(Objects.requireNonNull(listener.accept()))) {
            client = socket;
            reader = reader(socket);
            writer = writer(socket);
            while (reader.next()) {
                reader.receiveAll();
                Command command = Command.fromCode(reader.header().commandCode());
                answers.getOrDefault(command, ScriptedServer::echo).give(this);
            }
        } catch (SyscallException | VfioException _) {
            // the client has left, as it should
        } finally {
            reader.close();
        }
    }

    private static MessageReader reader(DescriptorSocket socket) {
        return new MessageReader(socket, Arena.ofAuto(), 2 << 20, 2 << 20);
    }

    private static MessageWriter writer(DescriptorSocket socket) {
        return new MessageWriter(socket, Arena.ofAuto(), 4 << 20);
    }

    /** The command's payload. */
    MemorySegment request() {
        return reader.payload();
    }

    /** The reply's payload. */
    MemorySegment payload() {
        return writer.payload();
    }

    /** Our end of the twin socket. */
    DescriptorSocket twin() {
        return new DescriptorSocket(twin.get(0));
    }

    Fd clientsTwin() {
        return twin.get(1).fd();
    }

    void send(long length) {
        writer.reply(reader.header());
        writer.send(length);
    }

    void send(long length, List<Fd> descriptors) {
        writer.reply(reader.header());
        writer.send(length, descriptors);
    }

    void version(String capabilities, List<Fd> descriptors) {
        new Version(payload()).set(0, 2);
        byte[] text = (capabilities + "\0").getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(text, 0, payload(), JAVA_BYTE, Version.SIZE, text.length);
        send(Version.SIZE + text.length, descriptors);
    }

    /** Every probe is answered with yes, every number is 7. */
    private void feature() {
        int flags = request().get(JAVA_INT, 4);
        payload().copyFrom(request().asSlice(0, Flags.SIZE));
        if ((flags & Feature.GET) != 0) {
            new Flags(payload()).set(7);
        }
        send((flags & Feature.PROBE) != 0 ? Feature.SIZE : Flags.SIZE);
    }

    /** The request's bytes as the reply's. */
    void echo() {
        payload().copyFrom(request().asSlice(0, reader.received()));
        send(reader.received());
    }

    /** Bytes that need be no message. */
    void raw(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length);
        client.fd().write(memory.copyFrom(MemorySegment.ofArray(bytes)));
    }

    /** The id of the command, as a header has it. */
    String id() {
        return "%02x%02x".formatted(reader.header().id() & 0xff, reader.header().id() >> 8);
    }

    void disconnect() {
        client.shutdown();
    }

    @Override
    public void close() {
        listener.shutdown();
        client.shutdown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        twin.forEach(Socket::close);
        listener.close();
    }
}
