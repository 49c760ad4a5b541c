package io.jvmm.migration;

/**
 * A request that cannot be carried out, for a reason that its author can understand: an unknown
 * name, a value out of range, a wrong moment. Nothing has changed when it is thrown.
 *
 * <p>The message is what the monitors print behind {@code Error: }, in QEMU's words where QEMU has
 * the same error.
 */
public final class MigrationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Refuses a request.
     *
     * @param message what is wrong, naming the value
     */
    public MigrationRefusedException(String message) {
        super(message);
    }
}
