package io.jvmm.cli.client;

import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import io.jvmm.monitor.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One end of a monitor. One thread. */
public final class MonitorClient implements AutoCloseable {
    private static final String PROMPT = "(qemu) ";
    private static final int BUFFER_SIZE = 8192;

    private final Transport transport;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE).flip();

    private MonitorClient(Transport transport) {
        this.transport = transport;
    }

    /**
     * Meets the human monitor at the other end.
     *
     * @param transport connected to it; closed by the client
     * @return the client
     * @throws IOException if it has gone
     */
    public static MonitorClient human(Transport transport) throws IOException {
        MonitorClient client = new MonitorClient(transport);
        client.readUntil(PROMPT);
        return client;
    }

    /**
     * Meets QMP at the other end and negotiates.
     *
     * @param transport connected to it; closed by the client
     * @return the client
     * @throws IOException if it has gone
     */
    public static MonitorClient qmp(Transport transport) throws IOException {
        MonitorClient client = new MonitorClient(transport);
        client.readUntil("\n");
        client.execute("qmp_capabilities");
        return client;
    }

    /**
     * Types a line into the human monitor.
     *
     * @param line without its end
     * @return what it prints, without the prompt
     * @throws IOException if the monitor has gone
     */
    public String type(String line) throws IOException {
        write(line + "\n");
        return readUntil(PROMPT).replace("\r", "");
    }

    /**
     * Carries out a QMP command without arguments that returns an object.
     *
     * @param command its name
     * @return what it returns
     * @throws IOException if the monitor has gone
     * @throws CommandRefusedException if it answers with an error
     */
    public Json.Obj execute(String command) throws IOException {
        Json.Obj request = new Json.Obj().put("execute", command);
        return carryOut(command, request).object("return");
    }

    /**
     * Carries out a QMP command.
     *
     * @param command its name
     * @param arguments its arguments
     * @return what it returns
     * @throws IOException if the monitor has gone
     * @throws CommandRefusedException if it answers with an error
     */
    public Json execute(String command, Json.Obj arguments) throws IOException {
        Json.Obj request = new Json.Obj().put("execute", command).put("arguments", arguments);
        return carryOut(command, request).find("return").orElseThrow();
    }

    private Json.Obj carryOut(String command, Json.Obj request) throws IOException {
        write(JsonText.write(request) + "\n");
        while (true) {
            String line = readUntil("\n");
            if (JsonText.parse(line.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj reply) {
                if (reply.find("error").isPresent()) {
                    throw new CommandRefusedException(
                            command + ": " + reply.object("error").string("desc"));
                }
                if (reply.find("return").isPresent()) {
                    return reply;
                }
            }
        }
    }

    private void write(String text) throws IOException {
        transport.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String readUntil(String end) throws IOException {
        byte[] wanted = end.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!endsWith(text, wanted)) {
            if (!buffer.hasRemaining()) {
                int count = transport.read(buffer.clear());
                buffer.flip();
                if (count < 0) {
                    throw new IOException("the monitor has gone: " + transport.peer());
                }
            }
            text.write(buffer.get());
        }
        return text.toString(StandardCharsets.UTF_8).substring(0, text.size() - wanted.length);
    }

    private static boolean endsWith(ByteArrayOutputStream text, byte[] end) {
        if (text.size() < end.length) {
            return false;
        }
        String tail = text.toString(StandardCharsets.ISO_8859_1);
        return tail.endsWith(new String(end, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        transport.close();
    }
}
