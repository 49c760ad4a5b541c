package io.jvmm.vfio.user.server;

/** The device's program ends the connection, without a reply. */
final class ConnectionEndException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean dead;

    ConnectionEndException(boolean dead) {
        super("The program ends the connection: dead=" + dead);
        this.dead = dead;
    }

    /** Whether the device dies with it. */
    boolean isDead() {
        return dead;
    }
}
