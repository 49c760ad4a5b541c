package io.jvmm.monitor;

/**
 * A command that is wrong or comes at the wrong moment. Nothing has changed when it is thrown; the
 * message is what the monitor prints.
 */
public final class CommandRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Refuses a command.
     *
     * @param message what is wrong, naming the value
     */
    public CommandRefusedException(String message) {
        super(message);
    }
}
