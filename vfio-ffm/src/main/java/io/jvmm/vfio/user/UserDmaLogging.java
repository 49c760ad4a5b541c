package io.jvmm.vfio.user;

import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.DMA_LOGGING_REPORT;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.DMA_LOGGING_START;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.DMA_LOGGING_STOP;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.GET;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.PROBE;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.SET;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.MigrationMessages.Feature;
import io.jvmm.vfio.user.wire.MigrationMessages.LoggingReport;
import io.jvmm.vfio.user.wire.MigrationMessages.LoggingStart;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What a server has written: its own log, a report per mapped region, and the writes that it made
 * by messages, which we carried out ourselves.
 */
final class UserDmaLogging implements DmaLogging {
    private static final int PAGES_PER_CALL = 64 << 13; // a bitmap of 64 KiB

    private final ClientConnection connection;
    private final DmaTable memory;
    private final Feature feature;
    private final LoggingStart start;
    private final LoggingReport report;

    private UserDmaLogging(ClientConnection connection, DmaTable memory) {
        this.connection = connection;
        this.memory = memory;
        feature = new Feature(connection.request());
        start = new LoggingStart(connection.request());
        report = new LoggingReport(connection.request());
    }

    /** Asks the device whether it can log. */
    static Optional<DmaLogging> of(ClientConnection connection, DmaTable memory) {
        synchronized (connection) {
            new Feature(connection.request()).set(Feature.SIZE, DMA_LOGGING_START, PROBE | SET);
            try {
                connection.call(Command.DEVICE_FEATURE, Feature.SIZE, Feature.SIZE);
            } catch (SyscallException _) {
                return Optional.empty(); // servers do not agree on the errno
            }
            return Optional.of(new UserDmaLogging(connection, memory));
        }
    }

    /** The server logs all that is mapped, whatever the range: there is one log per device. */
    @Override
    public void start(long iova, long length, long pageSize) {
        requirePages(iova, length, pageSize);
        synchronized (connection) {
            memory.setLogging(true);
            feature.set(LoggingStart.SIZE, DMA_LOGGING_START, SET);
            start.set(pageSize);
            connection.call(Command.DEVICE_FEATURE, LoggingStart.SIZE, LoggingStart.SIZE);
        }
    }

    @Override
    public void report(long iova, long length, long pageSize, MemorySegment bitmap) {
        requirePages(iova, length, pageSize);
        long words = (length / pageSize + Long.SIZE - 1) / Long.SIZE;
        if (bitmap.byteSize() < words * Long.BYTES) {
            throw new VfioException(
                    "The bitmap is too small: bytes=%d needed=%d"
                            .formatted(bitmap.byteSize(), words * Long.BYTES));
        }
        for (int i = 0; i < memory.size(); i++) {
            DmaTable.Entry entry = memory.get(i);
            long from = Math.max(iova, entry.region().iova());
            long to = Math.min(iova + length, entry.end());
            for (long at = from; at < to; at += PAGES_PER_CALL * pageSize) {
                long end = Math.min(to, at + PAGES_PER_CALL * pageSize);
                reportPart(at, end - at, pageSize, bitmap, (at - iova) / pageSize);
            }
            long written = memory.takeWritten(entry, from, to);
            while (written >= 0) {
                merge(bitmap, (written - iova) / pageSize, 1);
                written = memory.takeWritten(entry, from, to);
            }
        }
    }

    private void reportPart(
            long iova, long length, long pageSize, MemorySegment bitmap, long firstBit) {
        long pages = (length + pageSize - 1) / pageSize;
        long words = (pages + Long.SIZE - 1) / Long.SIZE;
        long size = LoggingReport.SIZE + words * Long.BYTES;
        synchronized (connection) {
            feature.set((int) size, DMA_LOGGING_REPORT, GET);
            report.set(iova, length, pageSize);
            connection.call(Command.DEVICE_FEATURE, LoggingReport.SIZE, size);
            MemorySegment reply = connection.reply();
            for (long i = 0; i < words; i++) {
                long word = reply.get(JAVA_LONG, LoggingReport.SIZE + i * Long.BYTES);
                long valid = Math.min(Long.SIZE, pages - i * Long.SIZE);
                if (word != 0) {
                    merge(bitmap, firstBit + i * Long.SIZE, word & (-1L >>> (Long.SIZE - valid)));
                }
            }
        }
    }

    /** Sets the bits of a word that begins at any bit. */
    private static void merge(MemorySegment bitmap, long firstBit, long word) {
        int shift = (int) (firstBit % Long.SIZE);
        or(bitmap, firstBit / Long.SIZE, word << shift);
        if (shift != 0) {
            or(bitmap, firstBit / Long.SIZE + 1, word >>> (Long.SIZE - shift));
        }
    }

    private static void or(MemorySegment bitmap, long index, long word) {
        if (word != 0) {
            bitmap.setAtIndex(JAVA_LONG, index, bitmap.getAtIndex(JAVA_LONG, index) | word);
        }
    }

    @Override
    public void stop() {
        synchronized (connection) {
            feature.set(Feature.SIZE, DMA_LOGGING_STOP, SET);
            connection.call(Command.DEVICE_FEATURE, Feature.SIZE, Feature.SIZE);
            memory.setLogging(false);
        }
    }

    private static void requirePages(long iova, long length, long pageSize) {
        if (iova < 0
                || Long.bitCount(pageSize) != 1
                || pageSize < 1
                || length < 1
                || length > Long.MAX_VALUE - iova
                || iova % pageSize != 0
                || length % pageSize != 0) {
            throw new VfioException(
                    "No range of pages: iova=%#x length=%d pageSize=%d"
                            .formatted(iova, length, pageSize));
        }
    }
}
