package io.jvmm.stream.channel;

class PipeChannelTest extends ChannelContract {
    @Override
    Channel[] connect() {
        ChannelPair pair = Channels.pipe(Faults.NONE, Faults.NONE);
        return new Channel[] {pair.first(), pair.second()};
    }
}
