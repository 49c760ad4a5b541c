package io.jvmm.savevm;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.SectionHeader;

/** State that is sent in pieces. */
final class IterableSection extends Section {
    private final SaveVmHandlers handlers;
    private final Frame.SectionStart start;
    private final Frame.SectionPart part;
    private final Frame.SectionEnd end;
    private final Frame.SectionFull full;
    private final Frame.Footer footer;

    IterableSection(int id, SaveVmHandlers handlers) {
        super(new SectionHeader(id, handlers.name(), handlers.instanceId(), handlers.versionId()));
        this.handlers = handlers;
        this.start = new Frame.SectionStart(header());
        this.part = new Frame.SectionPart(id);
        this.end = new Frame.SectionEnd(id);
        this.full = new Frame.SectionFull(header());
        this.footer = new Frame.Footer(id);
    }

    SaveVmHandlers handlers() {
        return handlers;
    }

    @Override
    int minimumVersion() {
        return handlers.versionId();
    }

    @Override
    void load(StreamReader in, int streamVersion) {
        handlers.loadState(in, streamVersion);
    }

    void saveStart(StreamWriter out) {
        start.encode(out);
        handlers.saveSetup(out);
        footer.encode(out);
    }

    void saveRestart(StreamWriter out) {
        start.encode(out);
        handlers.saveRestart(out);
        footer.encode(out);
    }

    boolean savePart(StreamWriter out) {
        part.encode(out);
        boolean roundDone = handlers.saveIterate(out);
        footer.encode(out);
        return roundDone;
    }

    void saveEnd(StreamWriter out) {
        end.encode(out);
        handlers.saveComplete(out);
        footer.encode(out);
    }

    /** What is sent as a whole, as a second section with the same id. */
    void saveFull(StreamWriter out) {
        full.encode(out);
        handlers.saveState(out);
        footer.encode(out);
    }
}
