package io.jvmm.vfio.user;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Errno;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DmaMessages.DmaAccess;
import io.jvmm.vfio.user.wire.MessageHeader;
import io.jvmm.vfio.user.wire.MessageReader;
import io.jvmm.vfio.user.wire.MessageWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Answers a server that reads and writes our memory by messages: only inside the mapped regions.
 *
 * <p>One thread: that of the reader.
 */
final class DmaResponder {
    private final MessageReader reader;
    private final MessageWriter writer;
    private final DmaTable memory;
    private final DmaAccess asked;
    private final DmaAccess answer;

    DmaResponder(MessageReader reader, DescriptorSocket socket, DmaTable memory) {
        this.reader = reader;
        this.memory = memory;
        writer = new MessageWriter(socket, Arena.ofAuto(), DmaAccess.SIZE);
        asked = new DmaAccess(reader.payload());
        answer = new DmaAccess(writer.payload());
    }

    /** Answers the command whose header the reader has. */
    void answer() {
        MessageHeader header = reader.header();
        if (header.isReply()) {
            throw new VfioException("A reply to nothing: command=" + header.commandCode());
        }
        boolean read = header.commandCode() == Command.DMA_READ.code();
        boolean write = header.commandCode() == Command.DMA_WRITE.code();
        if (!read && !write) {
            refuse(header, Errno.EOPNOTSUPP);
            return;
        }
        reader.receive(DmaAccess.SIZE);
        answer.set(asked.address(), asked.count());
        boolean done = read ? read(header) : write(header);
        if (!done) {
            refuse(header, Errno.EFAULT);
        }
    }

    private boolean read(MessageHeader header) {
        synchronized (memory) {
            DmaTable.Entry entry = memory.find(asked.address(), asked.count());
            if (entry == null
                    || asked.count() > Capabilities.DEFAULT_TRANSFER
                    || reader.remaining() > 0) {
                return false;
            }
            long offset = asked.address() - entry.region().iova();
            writer.reply(header);
            writer.send(DmaAccess.SIZE, entry.region().memory(), offset, asked.count());
            return true;
        }
    }

    /** The data come in pieces, so that no region is held while the server takes its time. */
    private boolean write(MessageHeader header) {
        if (asked.count() != reader.remaining()) {
            return false;
        }
        long address = answer.address();
        while (reader.remaining() > 0) {
            MemorySegment piece = reader.payload();
            long length = Math.min(reader.remaining(), piece.byteSize());
            reader.receiveInto(piece, 0, length);
            if (!store(piece, address, length)) {
                return false;
            }
            address += length;
        }
        writer.reply(header);
        writer.send(DmaAccess.SIZE);
        return true;
    }

    private boolean store(MemorySegment from, long address, long length) {
        synchronized (memory) {
            DmaTable.Entry entry = memory.find(address, length);
            if (entry == null) {
                return false;
            }
            long offset = address - entry.region().iova();
            MemorySegment.copy(from, 0, entry.region().memory(), offset, length);
            memory.wrote(entry, address, length);
            return true;
        }
    }

    private void refuse(MessageHeader header, Errno errno) {
        reader.skip();
        writer.error(header, errno);
        writer.send(0);
    }
}
