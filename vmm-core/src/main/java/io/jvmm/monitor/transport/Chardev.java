package io.jvmm.monitor.transport;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a monitor is reached, as written on the command line. */
public sealed interface Chardev {

    /** Nowhere. */
    record Null() implements Chardev {}

    /** Standard input and output. */
    record Stdio() implements Chardev {}

    /**
     * A UNIX socket.
     *
     * @param path its file
     * @param role server or client
     */
    record UnixSocket(Path path, Role role) implements Chardev {}

    /**
     * A TCP socket.
     *
     * @param host name or address, empty for the loopback interface
     * @param port 0 lets a server choose one
     * @param role server or client
     */
    record TcpSocket(String host, int port, Role role) implements Chardev {}

    /** Who connects to whom. */
    enum Role {
        /** Connects at the start. */
        CLIENT,
        /** Listens, and does not wait for anybody. */
        SERVER,
        /** Listens, and holds the start up until somebody has connected. */
        WAITING_SERVER
    }

    /**
     * Reads the short form of {@code -monitor}, {@code -qmp} and {@code -serial}.
     *
     * @param spec such as {@code stdio}, {@code none}, {@code unix:PATH,server=on,wait=off} or
     *     {@code tcp:HOST:PORT,server=on,wait=off}
     * @return the place
     * @throws IllegalArgumentException if it is none of these; the message is for the user
     */
    static Chardev parse(String spec) {
        String[] parts = spec.split(",", 2);
        Map<String, String> options = options(parts.length == 2 ? parts[1] : "");
        String place = parts[0];
        if (place.startsWith("unix:")) {
            options.put("path", place.substring("unix:".length()));
            return socket(spec, options);
        }
        if (place.startsWith("tcp:")) {
            int colon = place.lastIndexOf(':');
            if (colon < "tcp:".length()) {
                throw new IllegalArgumentException("expects tcp:HOST:PORT: value=" + spec);
            }
            options.put("host", place.substring("tcp:".length(), colon));
            options.put("port", place.substring(colon + 1));
            return socket(spec, options);
        }
        return plain(spec, place, options);
    }

    /**
     * Reads the long form of {@code -chardev}, without its {@code id}.
     *
     * @param backend {@code socket}, {@code stdio} or {@code null}
     * @param options what follows; emptied of what is known
     * @return the place
     * @throws IllegalArgumentException if something is unknown; the message is for the user
     */
    static Chardev parse(String backend, Map<String, String> options) {
        if (backend.equals("socket")) {
            return socket(backend, options);
        }
        return plain(backend, backend, options);
    }

    /**
     * Splits {@code key=value,key=value}; a key alone means {@code on}, {@code nokey} means {@code
     * off}.
     *
     * @param text the options, possibly none
     * @return the options in their order
     */
    static Map<String, String> options(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals >= 0) {
                options.put(part.substring(0, equals), part.substring(equals + 1));
            } else if (part.startsWith("no")) {
                options.put(part.substring(2), "off");
            } else if (!part.isEmpty()) {
                options.put(part, "on");
            }
        }
        return options;
    }

    private static Chardev plain(String spec, String place, Map<String, String> options) {
        if (!options.isEmpty()) {
            throw unknown(spec, options);
        }
        return switch (place) {
            case "stdio" -> new Stdio();
            case "none", "null" -> new Null();
            default ->
                    throw new IllegalArgumentException(
                            "expects stdio, none, unix:PATH or tcp:HOST:PORT: value=" + spec);
        };
    }

    private static Chardev socket(String spec, Map<String, String> options) {
        Role role = role(options);
        String path = options.remove("path");
        String host = options.remove("host");
        String port = options.remove("port");
        if (!options.isEmpty()) {
            throw unknown(spec, options);
        }
        if (path != null && port == null && !path.isEmpty()) {
            return new UnixSocket(Path.of(path), role);
        }
        if (port != null && path == null && port.matches("[0-9]{1,5}")) {
            int number = Integer.parseInt(port);
            if (number <= 65535) {
                return new TcpSocket(host == null ? "" : host, number, role);
            }
        }
        throw new IllegalArgumentException(
                "a socket expects either a path or a host and a port: value=" + spec);
    }

    private static Role role(Map<String, String> options) {
        boolean server = flag(options, "server", false);
        boolean wait = flag(options, "wait", true);
        return server ? (wait ? Role.WAITING_SERVER : Role.SERVER) : Role.CLIENT;
    }

    private static boolean flag(Map<String, String> options, String name, boolean initial) {
        String value = options.remove(name);
        if (value == null) {
            return initial;
        }
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "'" + name + "' expects 'on' or 'off': value=" + value);
        };
    }

    private static IllegalArgumentException unknown(String spec, Map<String, String> options) {
        return new IllegalArgumentException(
                "unknown option: option=" + options.keySet().iterator().next() + " in=" + spec);
    }

    /**
     * Standard input and output as a transport.
     *
     * @return the transport
     */
    static Transport stdio() {
        return new StdioTransport(
                new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    }

    /**
     * Connects to a socket as a client.
     *
     * @param socket where to
     * @return the connection
     * @throws IOException if nobody listens there, or it is another user
     */
    static Transport connect(UnixSocket socket) throws IOException {
        return UnixSockets.connect(socket.path());
    }

    /**
     * Connects to a socket as a client.
     *
     * @param socket where to
     * @return the connection
     * @throws IOException if nobody listens there
     */
    static Transport connect(TcpSocket socket) throws IOException {
        return TcpSockets.connect(socket.host(), socket.port());
    }

    /**
     * Listens as a server. A socket file that is there already is replaced.
     *
     * @param socket where
     * @return the listener
     * @throws IOException if it cannot listen there
     */
    static TransportListener listen(UnixSocket socket) throws IOException {
        return UnixSockets.listen(socket.path(), UnixSockets.ownUid());
    }

    /**
     * Listens as a server.
     *
     * @param socket where
     * @return the listener
     * @throws IOException if it cannot listen there
     */
    static TransportListener listen(TcpSocket socket) throws IOException {
        return TcpSockets.listen(socket.host(), socket.port());
    }
}
