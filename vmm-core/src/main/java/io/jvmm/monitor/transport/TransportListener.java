package io.jvmm.monitor.transport;

import java.io.IOException;

/** Waits for connections. */
public interface TransportListener extends AutoCloseable {
    /**
     * The next connection from somebody who may connect; others are turned away inside.
     *
     * @return the connection
     * @throws IOException if the listener was closed or broke
     */
    Transport accept() throws IOException;

    /**
     * Where it listens, with the real port.
     *
     * @return such as {@code tcp:127.0.0.1:4445}
     */
    String address();

    /** Stops listening; a blocked accept throws. */
    @Override
    void close();
}
