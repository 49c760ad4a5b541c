package io.jvmm.vfio.user.server;

import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.GET;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.PROBE;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.SET;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.MessageReader;
import io.jvmm.vfio.user.wire.MigrationMessages.Feature;
import io.jvmm.vfio.user.wire.MigrationMessages.Flags;
import io.jvmm.vfio.user.wire.MigrationMessages.LoggingReport;
import io.jvmm.vfio.user.wire.MigrationMessages.LoggingStart;
import io.jvmm.vfio.user.wire.MigrationMessages.MigrationData;
import io.jvmm.vfio.user.wire.MigrationMessages.State;
import java.lang.foreign.MemorySegment;

/** DEVICE_FEATURE and the commands that move state. One thread. */
final class MigrationCommands {
    /** By how much a reply is too long when the program wants that. */
    private static final long TOO_LONG = 8;

    private final Exchange exchange;
    private final MessageReader reader;
    private final MigrationMachine migration;
    private final DmaWriter dma;
    private final Feature feature;
    private final MigrationData data;
    private final MigrationData dataReply;

    MigrationCommands(Exchange exchange, MigrationMachine migration, DmaWriter dma) {
        this.exchange = exchange;
        this.migration = migration;
        this.dma = dma;
        reader = exchange.reader();
        feature = new Feature(exchange.request());
        data = new MigrationData(exchange.request());
        dataReply = new MigrationData(exchange.reply());
    }

    void feature() {
        reader.require(Feature.SIZE);
        int operation = feature.operation();
        if ((operation & PROBE) != 0) {
            probe(operation & ~PROBE);
            return;
        }
        switch (feature.feature() | operation) {
            case Feature.MIGRATION | GET -> answer(support());
            case Feature.MIG_DATA_SIZE | GET -> answer(migration.stopCopySize());
            case Feature.MIG_DEVICE_STATE | GET -> answerState();
            case Feature.MIG_DEVICE_STATE | SET -> setState();
            case Feature.DMA_LOGGING_START | SET -> startLogging();
            case Feature.DMA_LOGGING_STOP | SET -> {
                dma.stopLogging();
                repeat(Feature.SIZE);
            }
            case Feature.DMA_LOGGING_REPORT | GET -> report();
            default ->
                    throw new RefusedException(
                            Errno.ENOTTY,
                            "No such feature: feature=%d operation=%#x"
                                    .formatted(feature.feature(), operation));
        }
    }

    private void probe(int operations) {
        int possible =
                switch (feature.feature()) {
                    case Feature.MIGRATION, Feature.MIG_DATA_SIZE, Feature.DMA_LOGGING_REPORT ->
                            GET;
                    case Feature.MIG_DEVICE_STATE -> GET | SET;
                    case Feature.DMA_LOGGING_START, Feature.DMA_LOGGING_STOP -> SET;
                    default -> 0;
                };
        if (possible == 0 || (operations & ~possible) != 0) {
            throw new RefusedException(
                    possible == 0 ? Errno.ENOTTY : Errno.EINVAL,
                    "The probe's answer is no: feature=" + feature.feature());
        }
        repeat(Feature.SIZE);
    }

    private long support() {
        MigrationSupport support = migration.program().support();
        return Flags.STOP_COPY
                | (support.p2p() ? Flags.P2P : 0)
                | (support.preCopy() ? Flags.PRE_COPY : 0);
    }

    private void answer(long value) {
        requireRoom(Flags.SIZE);
        new Flags(exchange.reply()).set(value);
        answerFeature(Flags.SIZE);
    }

    private void answerState() {
        requireRoom(State.SIZE);
        new State(exchange.reply()).set(migration.state().code());
        answerFeature(State.SIZE);
    }

    private void setState() {
        reader.require(State.SIZE);
        int code = new State(exchange.request()).state();
        migration.enter(DeviceMigrationState.fromCode(code));
        repeat(State.SIZE);
    }

    private void startLogging() {
        reader.require(LoggingStart.SIZE);
        requirePageSize(new LoggingStart(exchange.request()).pageSize());
        dma.startLogging();
        repeat(reader.received());
    }

    private void report() {
        reader.require(LoggingReport.SIZE);
        LoggingReport asked = new LoggingReport(exchange.request());
        long pageSize = asked.pageSize();
        requirePageSize(pageSize);
        long pages = asked.length() / pageSize + (asked.length() % pageSize == 0 ? 0 : 1);
        long bytes = (pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
        if (asked.iova() < 0
                || asked.length() <= 0
                || asked.iova() > Long.MAX_VALUE - asked.length()
                || bytes > Capabilities.DEFAULT_TRANSFER) {
            throw new RefusedException(
                    Errno.EINVAL,
                    "No range to report: iova=%#x length=%d pageSize=%d"
                            .formatted(asked.iova(), asked.length(), pageSize));
        }
        long size = LoggingReport.SIZE + bytes;
        requireRoom(size);
        MemorySegment reply = exchange.reply();
        reply.asSlice(LoggingReport.SIZE, bytes).fill((byte) 0);
        dma.report(asked.iova(), asked.length(), pageSize, reply, LoggingReport.SIZE);
        new LoggingReport(reply).set(asked.iova(), asked.length(), pageSize);
        answerFeature(size);
    }

    private static void requirePageSize(long pageSize) {
        if (pageSize < DmaDirtying.PAGE_SIZE || Long.bitCount(pageSize) != 1) {
            throw new RefusedException(Errno.EINVAL, "No page size: pageSize=" + pageSize);
        }
    }

    private void requireRoom(long size) {
        if (feature.argsz() < size) {
            throw new RefusedException(
                    Errno.EINVAL,
                    "The client has no room: argsz=%d needed=%d".formatted(feature.argsz(), size));
        }
    }

    private void answerFeature(long size) {
        new Feature(exchange.reply()).set((int) size, feature.feature(), feature.operation());
        exchange.send(size);
    }

    private void repeat(long size) {
        exchange.reply().copyFrom(exchange.request().asSlice(0, size));
        exchange.send(size);
    }

    void readData() {
        reader.require(MigrationData.SIZE);
        long wanted = data.size();
        if (wanted > Capabilities.DEFAULT_TRANSFER) {
            throw new RefusedException(Errno.EINVAL, "Too many bytes: size=" + wanted);
        }
        long length = migration.next(wanted);
        if (migration.program().has(DataFault.REPLY_TOO_LONG)) {
            dataReply.set((int) (wanted + TOO_LONG));
            exchange.send(MigrationData.SIZE + wanted + TOO_LONG);
            return;
        }
        dataReply.set((int) length);
        if (length == 0) {
            exchange.send(MigrationData.SIZE);
        } else {
            exchange.send(
                    MigrationData.SIZE, migration.pieceMemory(), migration.pieceOffset(), length);
        }
    }

    void writeData() {
        reader.require(MigrationData.SIZE);
        long length = data.size();
        if (length != reader.received() - MigrationData.SIZE) {
            throw new RefusedException(
                    Errno.EINVAL, "Another number of bytes than it says: size=" + length);
        }
        migration.write(exchange.request(), MigrationData.SIZE, length);
        exchange.send(0);
    }
}
