package io.jvmm.cli;

import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One client of a QMP socket; it keeps the events that it meets. One thread. */
final class QmpClient implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader reader;
    private final List<String> events = new ArrayList<>();

    private QmpClient(SocketChannel channel) {
        this.channel = channel;
        this.reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }

    /** Connects and negotiates. */
    static QmpClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        QmpClient client = new QmpClient(channel);
        client.next();
        client.ask("qmp_capabilities", new Json.Obj());
        return client;
    }

    /** Sends a command; the result is the whole reply. */
    Json.Obj ask(String command, Json.Obj arguments) throws IOException {
        Json.Obj request = new Json.Obj().put("execute", command);
        send(JsonText.write(request.put("arguments", arguments)) + "\n");
        return reply();
    }

    void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next object that is not an event. */
    Json.Obj reply() throws IOException {
        Json.Obj object = next();
        while (object.find("event").isPresent()) {
            events.add(object.string("event"));
            object = next();
        }
        return object;
    }

    /** The names of the events that came before the last reply. */
    List<String> events() {
        return List.copyOf(events);
    }

    private Json.Obj next() throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new IOException("The monitor has closed the connection.");
        }
        if (JsonText.parse(line.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj object) {
            return object;
        }
        throw new IOException("The monitor sent something else than an object: " + line);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
