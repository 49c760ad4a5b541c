package io.jvmm.vfio.user.server;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.MessageReader;
import io.jvmm.vfio.user.wire.MessageWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/** A command that has been received, and the way to answer it. One thread. */
final class Exchange {
    /** Room behind the largest data for the fixed part of any payload. */
    private static final int FIXED = 64;

    private static final int REPLY_CAPACITY = Capabilities.DEFAULT_TRANSFER + FIXED;

    private final MessageReader reader;
    private final MessageWriter writer;

    Exchange(DescriptorSocket socket, SegmentAllocator allocator) {
        reader = new MessageReader(socket, allocator, REPLY_CAPACITY, REPLY_CAPACITY);
        writer = new MessageWriter(socket, allocator, REPLY_CAPACITY);
    }

    /** What has come. */
    MessageReader reader() {
        return reader;
    }

    /** The payload that has come, to lay views over. */
    MemorySegment request() {
        return reader.payload();
    }

    /** The payload of the reply, to lay views over. */
    MemorySegment reply() {
        return writer.payload();
    }

    /** Answers. */
    void send(long length) {
        send(length, List.of());
    }

    void send(long length, List<Fd> descriptors) {
        if (!reader.header().wantsNoReply()) {
            writer.reply(reader.header());
            writer.send(length, descriptors);
        }
    }

    /** Answers with data that are not copied. */
    void send(long length, MemorySegment data, long offset, long dataLength) {
        if (!reader.header().wantsNoReply()) {
            writer.reply(reader.header());
            writer.send(length, data, offset, dataLength);
        }
    }

    /** Answers that the command failed. */
    void refuse(Errno errno) {
        if (!reader.header().wantsNoReply()) {
            writer.error(reader.header(), errno);
            writer.send(0);
        }
    }
}
