package io.jvmm.stream.channel;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class UnixChannelTest extends ChannelContract {
    @TempDir private Path directory;

    @Override
    Channel[] connect() {
        MigrationAddress address = new MigrationAddress.Unix(directory.resolve("migration"));
        try (ChannelListener listener = Channels.listen(address)) {
            return new Channel[] {Channels.connect(address), listener.accept()};
        }
    }
}
