package io.jvmm.stream.channel;

/** One end of a line on whose way out something goes wrong. */
final class FaultyChannel implements Channel {
    private final SocketChannel line;
    private final Stall stall;
    private final FaultyOutput output;

    FaultyChannel(SocketChannel line, Faults faults, Stall stall) {
        this.line = line;
        this.stall = stall;
        output = new FaultyOutput(line, faults, stall);
    }

    @Override
    public ChannelOutput output() {
        return output;
    }

    @Override
    public ChannelInput input() {
        return line.input();
    }

    @Override
    public boolean duplex() {
        return true;
    }

    @Override
    public String peer() {
        return line.peer();
    }

    @Override
    public void shutdown() {
        line.shutdown();
        stall.release();
    }

    @Override
    public void close() {
        line.close();
        stall.close();
    }

    void release() {
        stall.release();
    }
}
