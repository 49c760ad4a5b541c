package io.jvmm.stream;

/** The peer ended the stream in the middle of a record. */
public final class StreamEndException extends StreamException {
    private static final long serialVersionUID = 1;

    private final long position;

    /**
     * Creates the exception.
     *
     * @param position how many bytes had been used, counted from the start of the stream
     */
    public StreamEndException(long position) {
        super("The stream ended in mid-record: position=" + position, null, true);
        this.position = position;
    }

    /**
     * How far the reader had come.
     *
     * @return bytes from the start of the stream
     */
    public long position() {
        return position;
    }
}
