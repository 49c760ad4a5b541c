package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Ioctl;
import io.jvmm.linux.Mapping;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * A file of a kernel that answers as it is told, and with ENOTTY where it is told nothing. A
 * request with an answer of its own allocates nothing.
 */
final class FakeFile implements DeviceFile {
    /** Answers a request. */
    interface Request {
        long answer(MemorySegment argument);
    }

    /** Moves the bytes of a stream. */
    interface Stream {
        long transfer(MemorySegment memory, long offset, long length);
    }

    /** Moves bytes from or to a place in the file. */
    interface Place {
        long transfer(MemorySegment memory, long length, long position);
    }

    private static final int FEATURE_MASK = 0xffff;

    private final int number;
    private final Map<Ioctl, Request> requests = new HashMap<>();
    private final Map<Ioctl, LongUnaryOperator> numbers = new HashMap<>();
    private final Request[] features = new Request[3 << 16]; // by feature and use
    private final Map<Integer, DeviceFile> adoptable = new HashMap<>();
    Stream reader = (memory, offset, length) -> -Errno.EBADF.code();
    Stream writer = (memory, offset, length) -> -Errno.EBADF.code();
    Place readerAt = (memory, length, position) -> -Errno.ESPIPE.code();
    Place writerAt = (memory, length, position) -> -Errno.ESPIPE.code();
    final List<String> mapped = new ArrayList<>();
    boolean closed;

    FakeFile(int number) {
        this.number = number;
        requests.put(VfioDevice.VFIO_DEVICE_FEATURE, this::feature);
    }

    static long error(Errno errno) {
        return -errno.code();
    }

    FakeFile on(Ioctl request, Request answer) {
        requests.put(request, answer);
        return this;
    }

    FakeFile onNumber(Ioctl request, LongUnaryOperator answer) {
        numbers.put(request, answer);
        return this;
    }

    /** The answer gets the feature's data, without the header. */
    FakeFile onFeature(Feature feature, int use, Request answer) {
        features[feature.code() | use] = answer;
        return this;
    }

    FakeFile adoptable(FakeFile file) {
        adoptable.put(file.number, file);
        return this;
    }

    private long feature(MemorySegment argument) {
        if (argument.get(JAVA_INT, 0) != argument.byteSize()) {
            return error(Errno.EINVAL);
        }
        int flags = argument.get(JAVA_INT, Integer.BYTES);
        boolean probe = (flags & DeviceFeature.PROBE) != 0;
        int key = flags & (FEATURE_MASK | DeviceFeature.GET | DeviceFeature.SET);
        Request answer = features[key];
        if (answer == null) {
            return error(Errno.ENOTTY);
        }
        return probe ? 0 : answer.answer(argument.asSlice(DeviceFeature.HEADER.byteSize()));
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public long ioctl(Ioctl request, MemorySegment argument) {
        Request answer = requests.get(request);
        return answer == null ? error(Errno.ENOTTY) : answer.answer(argument);
    }

    @Override
    public long ioctl(Ioctl request, long argument) {
        LongUnaryOperator answer = numbers.get(request);
        return answer == null ? error(Errno.ENOTTY) : answer.applyAsLong(argument);
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        return reader.transfer(into, offset, length);
    }

    @Override
    public long write(MemorySegment from, long offset, long length) {
        return writer.transfer(from, offset, length);
    }

    @Override
    public long readAt(MemorySegment into, long length, long position) {
        return readerAt.transfer(into, length, position);
    }

    @Override
    public long writeAt(MemorySegment from, long length, long position) {
        return writerAt.transfer(from, length, position);
    }

    @Override
    public Mapping map(long position, long size) {
        mapped.add(position + "+" + size);
        return Mapping.anonymousFile("fake", size);
    }

    @Override
    public DeviceFile adopt(int number) {
        DeviceFile file = adoptable.get(number);
        if (file == null) {
            throw new AssertionError("Not a descriptor: number=" + number);
        }
        return file;
    }

    @Override
    public void close() {
        closed = true;
    }
}
