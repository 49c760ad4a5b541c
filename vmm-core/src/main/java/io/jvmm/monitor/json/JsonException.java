package io.jvmm.monitor.json;

/** A text that is not JSON, or JSON of another shape than expected. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Says what is wrong.
     *
     * @param message one line
     */
    public JsonException(String message) {
        super(message);
    }
}
