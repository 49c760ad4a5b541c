package io.jvmm.device.vfio;

import io.jvmm.savevm.SaveVmHandlers;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A VFIO device in one migration: its state as QEMU's VFIO section, version 1.
 *
 * <pre>
 *   START  SETUP END
 *   PART   (DATA size bytes)* END       while it is in PRE_COPY, or INIT_DATA_SENT instead of END, once
 *   END    (DATA size bytes)* END       in STOP_COPY, to the end of its data
 *   FULL   CONFIG configuration END
 * </pre>
 *
 * <p>The device's bytes go from the device to the wire, and from the wire to the device, through
 * one native buffer; they are never in the heap, and never more than the buffer at a time.
 */
public final class VfioStateHandlers implements SaveVmHandlers {
    private static final long LARGEST_CHUNK = 1 << 20;
    private static final long FIRST_CHUNK = 16 << 10;
    private static final long SMALLEST_CHUNK = 4 << 10;

    /** A read cannot be broken: a device that takes longer is asked for less at a time. */
    static final long LONG_READ_NANOS = 2_000_000;

    private static final long SHORT_READ_NANOS = 500_000;
    private static final long PAGE_SIZE = 4096;
    private static final long PART_NANOS = 50_000_000;
    private static final int VERSION = 1;
    private static final System.Logger LOG = System.getLogger(VfioStateHandlers.class.getName());

    private final VfioRunState device;
    private final ConfigState config;
    private final NanoClock clock;
    private final boolean switchoverAck;
    private final String section;
    private MemorySegment buffer = MemorySegment.NULL;
    private long chunk = FIRST_CHUNK;
    private volatile boolean saveAbandoned;
    private volatile boolean loadAbandoned;
    private boolean initialDataSent;
    private boolean initialDataLoaded;
    private final AtomicLong transferred = new AtomicLong();

    /**
     * Gets a device ready for one migration, in either direction.
     *
     * @param device the device
     * @param config what travels beside its own state
     * @param switchoverAck whether the source waits until its initial data is loaded
     * @param clock the time
     */
    public VfioStateHandlers(
            VfioRunState device, ConfigState config, boolean switchoverAck, NanoClock clock) {
        this.device = device;
        this.config = config;
        this.switchoverAck = switchoverAck;
        this.clock = clock;
        this.section = device.name() + "/vfio";
    }

    @Override
    public String name() {
        return section;
    }

    @Override
    public int versionId() {
        return VERSION;
    }

    /**
     * How much of the device's state has been read or written.
     *
     * @return bytes
     */
    public long transferred() {
        return transferred.get();
    }

    /** A device of a paused guest is stopped, and has nothing to say before its END. */
    @Override
    public void saveSetup(StreamWriter out) {
        saveAbandoned = false;
        initialDataSent = false;
        openBuffer();
        if (device.hasPreCopy() && device.state() == DeviceMigrationState.RUNNING) {
            device.enter(DeviceMigrationState.PRE_COPY);
        }
        put(out, VfioMarker.DEV_SETUP_STATE);
        put(out, VfioMarker.END_OF_STATE);
    }

    @Override
    public long pendingEstimate() {
        return precopyInfo().map(info -> info.initialBytes() + info.dirtyBytes()).orElse(0L);
    }

    /** With what the device would give if it were stopped now: that is sent in the downtime. */
    @Override
    public long pendingExact() {
        return precopyInfo().map(PrecopyInfo::initialBytes).orElse(0L)
                + device.migration().stopCopySize().orElse(0);
    }

    @Override
    public boolean saveIterate(StreamWriter out) {
        boolean drained = true;
        if (isInPreCopy()) {
            long until = clock.nanoTime() + PART_NANOS;
            do {
                drained = !saveChunk(out);
            } while (!drained && clock.nanoTime() < until);
        }
        put(
                out,
                isInitialDataSent(drained)
                        ? VfioMarker.DEV_INIT_DATA_SENT
                        : VfioMarker.END_OF_STATE);
        return drained;
    }

    @Override
    public void saveComplete(StreamWriter out) {
        device.enter(DeviceMigrationState.STOP_COPY);
        while (!saveAbandoned && saveChunk(out)) {}
        put(out, VfioMarker.END_OF_STATE);
    }

    @Override
    public void saveAbandoned() {
        saveAbandoned = true;
    }

    @Override
    public boolean hasState() {
        return true;
    }

    @Override
    public void saveState(StreamWriter out) {
        put(out, VfioMarker.DEV_CONFIG_STATE);
        config.saveConfig(out);
        put(out, VfioMarker.END_OF_STATE);
    }

    /** Ends the session, if the device is still in one: it runs on, or stays stopped. */
    @Override
    public void saveCleanup() {
        try {
            switch (device.state()) {
                case PRE_COPY, PRE_COPY_P2P -> device.enter(DeviceMigrationState.RUNNING);
                case STOP_COPY -> device.enter(DeviceMigrationState.STOP);
                case ERROR, STOP, RUNNING, RESUMING, RUNNING_P2P -> {}
            }
        } catch (VfioException e) {
            LOG.log(Level.ERROR, "The device did not end its saving.", e);
        } finally {
            closeBuffer();
        }
    }

    @Override
    public void loadSetup() {
        loadAbandoned = false;
        initialDataLoaded = false;
        openBuffer();
        device.enter(DeviceMigrationState.RESUMING);
    }

    @Override
    public void loadState(StreamReader in, int streamVersion) {
        while (true) {
            long position = in.position();
            switch (VfioMarker.fromCode(in.getU64(), position)) {
                case END_OF_STATE -> {
                    return;
                }
                case DEV_INIT_DATA_SENT -> {
                    initialDataLoaded(position);
                    return;
                }
                case DEV_SETUP_STATE -> {
                    expectEnd(in);
                    return;
                }
                case DEV_CONFIG_STATE -> {
                    config.loadConfig(in);
                    expectEnd(in);
                    return;
                }
                case DEV_DATA_STATE -> loadData(in, in.getU64());
            }
        }
    }

    @Override
    public boolean switchoverAckNeeded() {
        return switchoverAck && device.hasPreCopy() && !initialDataLoaded;
    }

    @Override
    public void loadAbandoned() {
        loadAbandoned = true;
    }

    @Override
    public void loadCleanup() {
        closeBuffer();
    }

    private boolean isInPreCopy() {
        return device.state() == DeviceMigrationState.PRE_COPY
                || device.state() == DeviceMigrationState.PRE_COPY_P2P;
    }

    private Optional<PrecopyInfo> precopyInfo() {
        return isInPreCopy() ? device.migration().precopyInfo() : Optional.empty();
    }

    /** Once: a device that cannot say how much is initial has sent it when there is nothing now. */
    private boolean isInitialDataSent(boolean drained) {
        if (!switchoverAck || initialDataSent || !isInPreCopy()) {
            return false;
        }
        initialDataSent = precopyInfo().map(info -> info.initialBytes() == 0).orElse(drained);
        return initialDataSent;
    }

    /** Sends as much as the device gives at once; false if it has nothing. */
    private boolean saveChunk(StreamWriter out) {
        long begin = clock.nanoTime();
        long length = device.migration().read(buffer, 0, chunk);
        adapt(clock.nanoTime() - begin, length);
        if (length == 0) {
            return false;
        }
        put(out, VfioMarker.DEV_DATA_STATE);
        out.putU64(length);
        out.putReference(buffer, 0, length);
        out.flush();
        transferred.addAndGet(length);
        return true;
    }

    /** A device that had less to give than it was asked for says nothing about its speed. */
    private void adapt(long readNanos, long length) {
        if (readNanos > LONG_READ_NANOS) {
            chunk = Math.max(SMALLEST_CHUNK, chunk / 2);
        } else if (readNanos < SHORT_READ_NANOS && length == chunk) {
            chunk = Math.min(LARGEST_CHUNK, chunk * 2);
        }
    }

    private void loadData(StreamReader in, long size) {
        if (size < 0) {
            throw new StreamFormatException(
                    "The device's data has no such size: size=" + Long.toUnsignedString(size),
                    in.position());
        }
        for (long left = size; left > 0; ) {
            long length = Math.min(left, LARGEST_CHUNK);
            in.getBytes(buffer, 0, length);
            if (!loadAbandoned) {
                device.migration().write(buffer, 0, length);
                transferred.addAndGet(length);
            }
            left -= length;
        }
    }

    private void initialDataLoaded(long position) {
        if (!switchoverAckNeeded()) {
            throw new StreamFormatException(
                    "Initial data of the device was not to be told of: device=%s switchover-ack=%s"
                            .formatted(device.name(), switchoverAck ? "on" : "off"),
                    position);
        }
        initialDataLoaded = true;
    }

    private void expectEnd(StreamReader in) {
        long position = in.position();
        VfioMarker marker = VfioMarker.fromCode(in.getU64(), position);
        if (marker != VfioMarker.END_OF_STATE) {
            throw new StreamFormatException("The part should end here: marker=" + marker, position);
        }
    }

    private static void put(StreamWriter out, VfioMarker marker) {
        out.putU64(marker.code());
    }

    private void openBuffer() {
        buffer = Arena.ofAuto().allocate(LARGEST_CHUNK, PAGE_SIZE);
    }

    private void closeBuffer() {
        buffer = MemorySegment.NULL;
    }
}
