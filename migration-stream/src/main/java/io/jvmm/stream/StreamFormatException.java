package io.jvmm.stream;

/** The peer sent something that the format, or this machine, does not allow. */
public final class StreamFormatException extends StreamException {
    private static final long serialVersionUID = 1;

    private final long position;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, naming the value; the position is appended
     * @param position where the value stands, in bytes from the start of the stream
     */
    public StreamFormatException(String message, long position) {
        super(message + " position=" + position, null, true);
        this.position = position;
    }

    /**
     * Where the value stands.
     *
     * @return bytes from the start of the stream
     */
    public long position() {
        return position;
    }
}
