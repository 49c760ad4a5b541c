package io.jvmm.savevm;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.SectionHeader;
import io.jvmm.vmstate.VmDescriptionBuilder;
import io.jvmm.vmstate.VmStateDescription;

/** A device that is sent as a whole, and what of it the prepared VM description says. */
final class DeviceSection<T> extends Section {
    private final VmStateDescription<T> description;
    private final T state;
    private final Frame.SectionFull full;
    private final Frame.Footer footer;
    private long describedShape;

    DeviceSection(int id, int instanceId, VmStateDescription<T> description, T state) {
        super(new SectionHeader(id, description.name(), instanceId, description.version()));
        this.description = description;
        this.state = state;
        this.full = new Frame.SectionFull(header());
        this.footer = new Frame.Footer(id);
    }

    @Override
    int minimumVersion() {
        return description.minimumVersion();
    }

    @Override
    void load(StreamReader in, int streamVersion) {
        description.load(state, in, streamVersion);
    }

    void save(StreamWriter out) {
        full.encode(out);
        description.save(state, out);
        footer.encode(out);
    }

    void describe(VmDescriptionBuilder builder) {
        builder.add(instanceId(), description, state);
        describedShape = description.shape(state);
    }

    /** Whether {@link #describe} would still say the same. */
    boolean isAsDescribed() {
        return description.shape(state) == describedShape;
    }
}
